import type { ChangeEvent, Position } from "../encoding/change-event.ts";
import type { Drain } from "./drain.ts";
import { Fifo } from "./fifo.ts";
import type { HeldEvents } from "./held-events.ts";
import type { LaneStore } from "./lane-store.ts";
import type { LeftBehind } from "./left-behind.ts";
import { earlier } from "./order.ts";
import type { ParkedKeys } from "./parked-keys.ts";
import type { PartitionSet } from "./partition-set.ts";
import { atMost, type Signal } from "./signal.ts";
import type { SpoolWriter } from "./spool-writer.ts";
import type { TryHistory } from "./try-history.ts";

/**
 * - fast: events go from memory to the sink, as long as there is memory and the sink takes them.
 * - spooling: what comes goes to the spool, from where it is delivered.
 * - joining: the spool is nearly empty; what comes waits in memory until it is, so that both meet.
 */
type Mode = "fast" | "spooling" | "joining";

export interface CourseHost {
  readonly signal: AbortSignal;
  /** Fired whenever something is done with. */
  readonly changed: Signal;
  readonly held: HeldEvents;
  readonly parked: ParkedKeys;
  readonly left: LeftBehind;
  readonly writer: SpoolWriter;
  readonly drain: Drain;
  readonly store: LaneStore;
  readonly history: TryHistory;
  /** Makes empty ones, for the channel as it is now. */
  createPartitions(): PartitionSet;
  /** The mode is another one. */
  turned(): void;
}

/** Which way the events of a lane go: straight from memory to the sink, or through the spool. */
export class Course {
  readonly #host: CourseHost;
  #mode: Mode = "fast";
  #partitions: PartitionSet;
  /** Accepted while joining. */
  readonly buffer = new Fifo<ChangeEvent>();

  constructor(host: CourseHost) {
    this.#host = host;
    this.#partitions = host.createPartitions();
  }

  get isFast(): boolean {
    return this.#mode === "fast";
  }

  get isSpooling(): boolean {
    return this.#mode === "spooling";
  }

  get partitions(): PartitionSet {
    return this.#partitions;
  }

  /** Events are in the spool from before. */
  resume(): void {
    this.#mode = "spooling";
  }

  /** Sends an event its way. */
  take(event: ChangeEvent): void {
    const { parked, writer } = this.#host;
    if (this.isSpooling || (parked.size > 0 && parked.takes(event))) writer.add(event);
    else if (this.isFast) this.#partitions.push(event);
    else this.buffer.push(event);
  }

  /** Gives everything that is undelivered to the spool, and starts anew from there. */
  retreat(): void {
    const { held, left, parked, writer, drain, changed } = this.#host;
    this.#mode = "spooling";
    const leaving = this.#partitions;
    const undurable = [...this.buffer.extract(() => true)];
    for (const event of leaving.surrender()) {
      if (!held.has(event)) undurable.push(event);
    }
    held.releaseAll();
    this.#partitions = this.#host.createPartitions();
    left.add(leaving.idle(), parked.clear());
    if (undurable.length > 0) writer.insert(undurable);
    drain.look();
    this.#host.turned();
    changed.fire();
  }

  /**
   * The drain has read to the end of the spool.
   *
   * @param rows how many events it found since the time before
   * @returns whether the spool need not be read again
   */
  async caughtUp(rows: number): Promise<boolean> {
    if (this.isFast) return rows === 0;
    if (this.isSpooling) {
      await this.#approach(rows);
      return false;
    }
    if (rows > 0) return false;
    const { held, parked, store, changed } = this.#host;
    if (held.size > 0) {
      await changed.next();
      return false;
    }
    this.#mode = "fast";
    for (const event of this.buffer.extract(() => true)) this.#partitions.push(event);
    if (parked.size === 0) store.clear();
    this.#host.turned();
    changed.fire();
    return true;
  }

  /** Of all events that the writer does not have, the earliest that is not durable. */
  oldestOutside(): Position | undefined {
    const isHeld = (event: ChangeEvent) => this.#host.held.has(event);
    return earlier<Position>(this.buffer.peek(), this.#partitions.oldest(isHeld));
  }

  /** Only a sink that takes what it is given is worth that events wait for it in memory. */
  async #approach(rows: number): Promise<void> {
    const { history, parked, held, changed } = this.#host;
    const isParked = (key: string) => parked.has(key);
    if (!history.hasBeyond(isParked)) {
      this.#mode = "joining";
      await this.#joined();
    } else if (rows === 0) {
      if (held.size === 0) history.keepOnly(isParked);
      else await changed.next();
    }
  }

  /** Waits until all is in the spool that was given to it before; a retreat ends the wait. */
  async #joined(): Promise<void> {
    const { writer, signal } = this.#host;
    while (this.#mode === "joining" && writer.oldest() !== undefined) {
      signal.throwIfAborted();
      await atMost(100, writer.stored());
    }
  }
}
