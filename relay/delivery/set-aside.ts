import type { ChangeEvent } from "../encoding/change-event.ts";
import type { Fifo } from "./fifo.ts";
import type { HeldEvents } from "./held-events.ts";
import { byPosition } from "./order.ts";
import type { ParkedKeys } from "./parked-keys.ts";
import type { PartitionSet } from "./partition-set.ts";
import type { SpoolWriter } from "./spool-writer.ts";

export interface SetAsideHost {
  readonly parked: ParkedKeys;
  readonly partitions: PartitionSet;
  /** What waits for the partitions. */
  readonly buffer: Fifo<ChangeEvent>;
  readonly held: HeldEvents;
  readonly writer: SpoolWriter;
  /** They are left to the spool, if they are there. */
  release(events: readonly ChangeEvent[]): void;
}

/** Moves events of parked keys from memory to the spool, out of everybody's way. */
export class SetAside {
  readonly #host: SetAsideHost;

  constructor(host: SetAsideHost) {
    this.#host = host;
  }

  /**
   * Parks the key of an event, and leaves what waits of it to the spool.
   *
   * @returns whether there was room for it
   */
  park(event: ChangeEvent): boolean {
    const { parked } = this.#host;
    if (!parked.hasRoom) return false;
    parked.park(event.key);
    this.sweep();
    return true;
  }

  /** Leaves what waits of parked keys to the spool. */
  sweep(): void {
    const { parked, partitions, buffer } = this.#host;
    // In the order of commits, since one that changes a key tells which others belong to the row.
    const waiting = [...partitions.waiting(), ...buffer].sort(byPosition);
    const taken = new Set(waiting.filter((event) => parked.takes(event)));
    if (taken.size === 0) return;
    partitions.extract((event) => taken.has(event));
    buffer.extract((event) => taken.has(event));
    this.#spool([...taken]);
  }

  /** Of events that failed, those whose key was parked meanwhile go where their key is. */
  retained(events: readonly ChangeEvent[]): readonly ChangeEvent[] {
    const { parked } = this.#host;
    if (parked.size === 0) return events;
    const taken = new Set(events.filter((event) => parked.takes(event)));
    if (taken.size === 0) return events;
    this.#spool([...taken]);
    return events.filter((event) => !taken.has(event));
  }

  #spool(events: readonly ChangeEvent[]): void {
    const { held, writer, partitions } = this.#host;
    const undurable = events.filter((event) => !held.has(event));
    this.#host.release(events);
    if (undurable.length > 0) writer.insert(undurable);
    partitions.forget(events);
  }
}
