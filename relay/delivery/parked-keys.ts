import type { ChangeEvent, Position } from "../encoding/change-event.ts";
import { attempt, type Outcome } from "./attempt.ts";
import type { Channel } from "./channel.ts";
import { isBefore } from "./order.ts";
import { backOff, parkAfterTries } from "./retry-policy.ts";
import { atMost, Signal } from "./signal.ts";

export interface ParkedKeysHost {
  readonly channel: Channel;
  readonly signal: AbortSignal;
  /** The first events in the spool that concern those keys, in the order of commits. */
  read(keys: readonly string[], limit: number): Promise<readonly ChangeEvent[]>;
  /** Waits until all events that were parked so far are in the spool. */
  flush(): Promise<void>;
  /** The first event that is on its way to the spool. */
  unstored(): Position | undefined;
  /** Waits until no event that concerns those keys is under way elsewhere. */
  alone(keys: ReadonlySet<string>): Promise<void>;
  /** Another key is parked: what waits of it is to be parked too. */
  joined(): void;
  delivered(events: readonly ChangeEvent[]): void;
  /** As of a partition; removes from the spool what becomes a dead letter. */
  settle(outcome: Outcome, isBlamed: boolean): Promise<readonly ChangeEvent[]>;
  /** Takes delivered events out of the spool; tries until it succeeds, or throws when the lane ends. */
  remove(events: readonly ChangeEvent[]): Promise<void>;
  /** The spool may hold events of keys that are not parked any more. */
  unparked(): void;
  trouble(error: unknown): void;
}

/** Keys of one row, whose events are delivered one after the other, from the spool. */
interface Row {
  readonly keys: Set<string>;
  /** Of a monotonic clock, in milliseconds. */
  due: number;
  /** In a row. */
  failures: number;
  /** Events that have been parked so far. */
  events: number;
  /** Events in the next batch. */
  size: number;
}

const capacity = 1_000;

/**
 * The rows of which an event fails again and again, although the sink takes others. Their events
 * wait in the spool and are tried apart from the rest, so that nothing waits with them but what
 * comes later of the same row.
 */
export class ParkedKeys {
  readonly #host: ParkedKeysHost;
  readonly #byKey = new Map<string, Row>();
  readonly #changed = new Signal();
  readonly #cleared = new Signal();
  #run: Promise<void> | undefined;
  #generation = 0;

  constructor(host: ParkedKeysHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get keys(): string[] {
    return [...this.#byKey.keys()];
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  get hasRoom(): boolean {
    return this.size < capacity;
  }

  /** Sets a key aside; its events have to be in the spool, or on their way there. */
  park(key: string): void {
    if (!this.has(key)) {
      const due = performance.now() + backOff(parkAfterTries, Math.random());
      const row = { keys: new Set([key]), due, failures: parkAfterTries, events: 0, size: 1 };
      this.#byKey.set(key, row);
    }
    this.#changed.fire();
    this.#run ??= this.#deliverAll();
  }

  /** Whether an event concerns a key that is set aside; the other key of its row is then, too. */
  takes({ key, keyAfter }: Pick<ChangeEvent, "key" | "keyAfter">): boolean {
    const row = this.#byKey.get(key) ?? (keyAfter && this.#byKey.get(keyAfter));
    if (!row) return false;
    row.events++;
    this.#join(row, key, keyAfter);
    return true;
  }

  /** Forgets everything: the events are in the spool. Resolves when nothing is under way. */
  async clear(): Promise<void> {
    this.#generation++;
    this.#byKey.clear();
    this.#changed.fire();
    this.#cleared.fire();
    await this.#run;
  }

  #join(row: Row, ...keys: (string | undefined)[]): void {
    const added = keys.filter((key) => key !== undefined && !row.keys.has(key)) as string[];
    for (const key of added) {
      const other = this.#byKey.get(key);
      for (const each of other?.keys ?? [key]) {
        row.keys.add(each);
        this.#byKey.set(each, row);
      }
      row.events += other?.events ?? 0;
      row.due = Math.max(row.due, other?.due ?? 0);
    }
    if (added.length > 0) this.#host.joined();
  }

  async #deliverAll(): Promise<void> {
    const { signal } = this.#host;
    while (this.#byKey.size > 0 && !signal.aborted) {
      const rows = [...new Set(this.#byKey.values())];
      const row = rows.reduce((first, other) => (other.due < first.due ? other : first));
      const wait = row.due - performance.now();
      if (wait > 0) {
        await atMost(wait, this.#changed.next());
        continue;
      }
      try {
        await this.#deliver(row);
      } catch (error) {
        if (signal.aborted) return;
        this.#host.trouble(error);
        row.due = performance.now() + backOff(5, Math.random());
      }
    }
    this.#run = undefined;
  }

  async #deliver(row: Row): Promise<void> {
    const generation = this.#generation;
    const isCurrent = () => generation === this.#generation && !this.#host.signal.aborted;
    const { size } = row.keys;
    await this.#host.alone(row.keys);
    const before = row.events;
    let batch = await this.#read(row);
    if (batch.length === 0) {
      // A full spool may not have room for it before the lane has taken everything back.
      await Promise.race([this.#host.flush(), this.#cleared.next()]);
      if (!isCurrent()) return;
      batch = await this.#read(row);
      if (!isCurrent()) return;
      if (batch.length === 0 && row.events === before) return this.#unpark(row);
    }
    if (!isCurrent() || batch.length === 0) return;
    for (const { key, keyAfter } of batch) this.#join(row, key, keyAfter);
    // Of keys that have come in meanwhile, earlier events may be under way elsewhere.
    if (row.keys.size !== size) return;
    const outcome = await attempt(this.#host.channel, batch, this.#host.signal);
    if (outcome.delivered.length > 0) {
      this.#host.delivered(outcome.delivered);
      await this.#host.remove(outcome.delivered);
    }
    if (!isCurrent()) return;
    const [failed] = await this.#host.settle(outcome, true);
    if (failed === undefined) {
      row.size = Math.min(row.size * 2, this.#host.channel.batchSize);
      row.due = 0;
      row.failures = 0;
    } else {
      row.size = 1;
      row.due = performance.now() + backOff(++row.failures, Math.random());
    }
  }

  /** What comes next of the row, unless something that was committed before is not stored yet. */
  async #read(row: Row): Promise<readonly ChangeEvent[]> {
    const unstored = this.#host.unstored();
    const batch = await this.#host.read([...row.keys], row.size);
    return unstored ? batch.filter((event) => isBefore(event, unstored)) : batch;
  }

  #unpark(row: Row): void {
    // Another row may have taken them over.
    for (const key of row.keys) if (this.#byKey.get(key) === row) this.#byKey.delete(key);
    this.#host.unparked();
  }
}
