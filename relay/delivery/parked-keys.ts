import type { ChangeEvent } from "../encoding/change-event.ts";
import { attempt, type Outcome } from "./attempt.ts";
import type { Channel } from "./channel.ts";
import { backOff, parkAfterTries } from "./retry-policy.ts";
import { atMost, Signal } from "./signal.ts";

export interface ParkedKeysHost {
  readonly channel: Channel;
  readonly signal: AbortSignal;
  /** The first events of those keys in the spool, in the order of commits. */
  read(keys: readonly string[], limit: number): Promise<readonly ChangeEvent[]>;
  /** Waits until all events that were parked so far are in the spool. */
  flush(): Promise<void>;
  /** Waits until no event of those keys is under way elsewhere. */
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

  /** Whether an event is of a key that is set aside; the later key of its row is set aside with it. */
  takes({ key, keyAfter }: Pick<ChangeEvent, "key" | "keyAfter">): boolean {
    const row = this.#byKey.get(key);
    if (row === undefined) return false;
    row.events++;
    if (keyAfter !== undefined && !row.keys.has(keyAfter)) {
      this.#join(row, keyAfter);
      this.#host.joined();
    }
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

  #join(row: Row, key: string): void {
    for (const other of this.#byKey.get(key)?.keys ?? [key]) {
      row.keys.add(other);
      this.#byKey.set(other, row);
    }
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
    await this.#host.alone(row.keys);
    const before = row.events;
    let batch = await this.#host.read([...row.keys], row.size);
    if (batch.length === 0) {
      // A full spool may not have room for it before the lane has taken everything back.
      await Promise.race([this.#host.flush(), this.#cleared.next()]);
      if (!isCurrent()) return;
      batch = await this.#host.read([...row.keys], row.size);
      if (!isCurrent()) return;
      if (batch.length === 0 && row.events === before) return this.#unpark(row);
    }
    if (!isCurrent() || batch.length === 0) return;
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

  #unpark(row: Row): void {
    for (const key of row.keys) this.#byKey.delete(key);
    this.#host.unparked();
  }
}
