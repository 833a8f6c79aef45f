import type { ChangeEvent } from "../encoding/change-event.ts";
import type { LaneMemory } from "./memory-budget.ts";

/** Events that are in memory to be delivered, and in the spool until they are. */
export class HeldEvents {
  readonly #byId = new Map<string, ChangeEvent>();
  /** Events that went from the spool since the last reading began, which may have seen them there. */
  readonly #gone = new Set<string>();
  readonly #memory: LaneMemory;
  #bytes = 0;

  constructor(memory: LaneMemory) {
    this.#memory = memory;
  }

  get size(): number {
    return this.#byId.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  has(event: ChangeEvent): boolean {
    return this.#byId.size > 0 && this.#byId.get(event.id) === event;
  }

  /** A part of the spool is about to be read. */
  reading(): void {
    this.#gone.clear();
  }

  /** Whether an event that was read is here already, or has left the spool meanwhile. */
  isKnown({ id }: ChangeEvent): boolean {
    return this.#byId.has(id) || this.#gone.has(id);
  }

  add(event: ChangeEvent): void {
    this.#byId.set(event.id, event);
    this.#bytes += event.size;
    this.#memory.take(event.size);
  }

  /** They are gone from the spool. */
  removed(events: readonly ChangeEvent[]): void {
    for (const event of events) this.#gone.add(event.id);
    this.release(events);
  }

  /** They are left to the spool. */
  release(events: readonly ChangeEvent[]): void {
    let bytes = 0;
    for (const event of events) {
      if (!this.has(event)) continue;
      this.#byId.delete(event.id);
      bytes += event.size;
    }
    this.#bytes -= bytes;
    this.#memory.release(bytes);
  }

  releaseAll(): void {
    this.#byId.clear();
    this.#memory.release(this.#bytes);
    this.#bytes = 0;
  }
}
