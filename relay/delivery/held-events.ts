import type { ChangeEvent } from "../encoding/change-event.ts";
import type { LaneMemory } from "./memory-budget.ts";

/** Events that are in memory to be delivered, and in the spool until they are. */
export class HeldEvents {
  readonly #byId = new Map<string, ChangeEvent>();
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

  /** Whether the same event was read before. */
  hasId(id: string): boolean {
    return this.#byId.has(id);
  }

  add(event: ChangeEvent): void {
    this.#byId.set(event.id, event);
    this.#bytes += event.size;
    this.#memory.take(event.size);
  }

  /** They are left to the spool, or gone from there. */
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
