import { setTimeout as sleep } from "node:timers/promises";
import type { Channel, Failure } from "../../../relay/delivery/channel.ts";
import type { ChangeEvent } from "../../../relay/encoding/change-event.ts";

export interface SinkSettings {
  readonly partitions?: number;
  readonly batchSize?: number;
  /** Milliseconds that a batch takes. */
  readonly delay?: number;
}

/** A channel whose sink is a list, and can be told to fail. */
export class FakeSink implements Channel {
  readonly partitions: number;
  readonly batchSize: number;
  /** What has arrived, in order, duplicates included. */
  readonly events: ChangeEvent[] = [];
  /** Every batch that was tried. */
  readonly batches: (readonly ChangeEvent[])[] = [];
  /** What a try fails with; arrived is what is not in it. Throws to fail as a whole. */
  fails: (batch: readonly ChangeEvent[]) => readonly Failure[] = () => [];
  delay: number;
  isClosed = false;

  constructor({ partitions = 4, batchSize = 50, delay = 0 }: SinkSettings = {}) {
    this.partitions = partitions;
    this.batchSize = batchSize;
    this.delay = delay;
  }

  async deliver(batch: readonly ChangeEvent[], signal: AbortSignal): Promise<readonly Failure[]> {
    this.batches.push(batch);
    await (this.delay > 0 ? sleep(this.delay, undefined, { signal }) : sleep(0));
    const failures = this.fails(batch);
    const failed = new Set(failures.map(({ index }) => index));
    this.events.push(...batch.filter((_, index) => !failed.has(index)));
    return failures;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  get ids(): string[] {
    return this.events.map(({ id }) => id);
  }
}

/** Fails as a whole. */
export function down(): readonly Failure[] {
  throw new Error("connection refused");
}

/**
 * Each event's first arrival, by key; to be compared with what was sent. A test of order that
 * duplicates do not disturb.
 */
export function byKey(events: readonly ChangeEvent[]): Record<string, string[]> {
  const first = new Map(events.toReversed().map((event) => [event.id, event]));
  const keys: Record<string, string[]> = {};
  for (const event of events) {
    if (first.get(event.id) !== event) continue;
    first.delete(event.id);
    const ids = keys[event.key] ?? [];
    ids.push(event.id);
    keys[event.key] = ids;
  }
  return keys;
}

/** Waits until it holds. */
export async function until(holds: () => boolean | Promise<boolean>, seconds = 30): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${seconds} s: ${holds}`);
    await sleep(10);
  }
}
