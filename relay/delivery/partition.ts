import type { ChangeEvent } from "../encoding/change-event.ts";
import { attempt, type Outcome } from "./attempt.ts";
import type { Channel } from "./channel.ts";
import { Fifo } from "./fifo.ts";
import { byPosition, earlier } from "./order.ts";
import { probeAfterFailures, sizeAfterFailure, waitBeforeRetry } from "./retry-policy.ts";
import { atMost, Signal } from "./signal.ts";

/** What a partition needs of its lane. */
export interface PartitionHost {
  readonly channel: Channel;
  readonly signal: AbortSignal;
  /** Whether the event waits for an earlier one of its row, unless that is in the same partition. */
  isFenced(event: ChangeEvent, by: Partition | undefined): boolean;
  /** The sink has them. */
  arrived(events: readonly ChangeEvent[]): void;
  /** They have arrived, or are dead letters: nothing is left of them to do. */
  gone(events: readonly ChangeEvent[]): void;
  /** The same, of events that the lane has taken back meanwhile. */
  goneLate(events: readonly ChangeEvent[]): void;
  /**
   * Moves events that were refused, or have failed for too long, to the dead letters.
   *
   * @param isBlamed whether it is known that the failed events themselves were meant
   * @returns failed events that are to be tried again
   */
  settle(outcome: Outcome, isBlamed: boolean): Promise<readonly ChangeEvent[]>;
  /** Takes those that are to wait apart, and returns the others. */
  retained(events: readonly ChangeEvent[]): readonly ChangeEvent[];
  /** Whether the sink took events after this one had failed for the first time, often enough. */
  isPoison(event: ChangeEvent): boolean;
  /** Sets aside the key of the event, the first of the key. */
  park(event: ChangeEvent): boolean;
  /** Nothing of the partition has arrived since then, of the monotonic clock. */
  stuck(since: number): void;
  /** Milliseconds until when the sink wants to be left alone, of the monotonic clock. */
  pauseUntil(): number;
}

/** Bytes of a batch beyond its first event. */
const batchBytes = 1 << 20;
/** Delivers the events of its keys, one batch after the other. */
export class Partition {
  readonly #host: PartitionHost;
  readonly #queue = new Fifo<ChangeEvent>();
  /** Events that failed, before all in the queue. */
  #front: ChangeEvent[] = [];
  /** Under way. */
  #current: readonly ChangeEvent[] = [];
  #isRunning = false;
  #isSurrendered = false;
  #size: number;
  /** Batches that failed as a whole, in a row. */
  #failures = 0;
  #stuckSince: number | undefined;
  readonly #wakeUp = new Signal();
  readonly #stopped = new Signal();

  constructor(host: PartitionHost) {
    this.#host = host;
    this.#size = host.channel.batchSize;
  }

  /** Whether nothing of its last batch has arrived. */
  get isStuck(): boolean {
    return this.#stuckSince !== undefined;
  }

  push(event: ChangeEvent): void {
    this.#queue.push(event);
    if (!this.#isRunning) this.#start();
  }

  /** Goes on, if it waits. */
  wake(): void {
    this.#wakeUp.fire();
    if (!this.#isRunning && this.#queue.length + this.#front.length > 0) this.#start();
  }

  /** The earliest event that has neither arrived nor passes the test. */
  oldest(isDurable: (event: ChangeEvent) => boolean): ChangeEvent | undefined {
    const first = (events: Iterable<ChangeEvent>) => {
      for (const event of events) if (!isDurable(event)) return event;
      return undefined;
    };
    return earlier(earlier(first(this.#current), first(this.#front)), first(this.#queue));
  }

  /**
   * Gives all events back that have not arrived, also those that are under way, whose try goes on,
   * and takes no more.
   */
  surrender(): ChangeEvent[] {
    this.#isSurrendered = true;
    this.#wakeUp.fire();
    const events = [...this.#current, ...this.#front, ...this.#queue.extract(() => true)];
    this.#front = [];
    return events;
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#isRunning) await this.#stopped.next();
  }

  /** Whether an event that passes the test is under way. */
  isTrying(passes: (event: ChangeEvent) => boolean): boolean {
    return this.#current.some(passes);
  }

  /** What has neither arrived nor been given up, in order. */
  pending(): ChangeEvent[] {
    return [...this.#current, ...this.waiting()];
  }

  /** What is not under way, in order. */
  waiting(): ChangeEvent[] {
    return [...this.#front, ...this.#queue];
  }

  /** Gives back what waits and passes the test. */
  extract(leaves: (event: ChangeEvent) => boolean): ChangeEvent[] {
    const taken = this.#front.filter(leaves);
    this.#front = this.#front.filter((event) => !leaves(event));
    return [...taken, ...this.#queue.extract(leaves)];
  }

  #start(): void {
    this.#isRunning = true;
    // What comes in the same turn goes into the same batch.
    setImmediate(() => {
      this.#run().catch((error) => {
        if (!this.#host.signal.aborted) throw error;
      });
    });
  }

  async #run(): Promise<void> {
    try {
      while (!this.#isSurrendered && !this.#host.signal.aborted) {
        if (this.#host.pauseUntil() > performance.now()) {
          await this.#pause(0);
          continue;
        }
        const batch = this.#next();
        if (batch.length === 0) break;
        this.#current = batch;
        const outcome = await attempt(this.#host.channel, batch, this.#host.signal);
        if (this.#host.signal.aborted) return;
        if (this.#isSurrendered) {
          this.#host.arrived(outcome.delivered);
          this.#host.goneLate(outcome.delivered);
          break;
        }
        const wait = await this.#settle(batch, outcome);
        if (wait > 0 && !this.#isSurrendered) await this.#pause(wait);
      }
    } finally {
      if (!this.#host.signal.aborted) this.#current = [];
      this.#isRunning = false;
      this.#stopped.fire();
    }
  }

  /** @returns milliseconds to wait before the next try */
  async #settle(batch: readonly ChangeEvent[], outcome: Outcome): Promise<number> {
    const { delivered, refused, failed, retryAfter } = outcome;
    if (failed.length === 0 && refused.length === 0) {
      this.#advanced();
      this.#current = [];
      this.#host.arrived(delivered);
      this.#host.gone(delivered);
      return 0;
    }
    const isWhole = failed.length === batch.length;
    const rest = [...refused, ...failed].map(({ event }) => event);
    this.#current = rest.sort(byPosition);
    if (delivered.length > 0) {
      this.#host.arrived(delivered);
      this.#host.gone(delivered);
    }
    if (isWhole) {
      this.#failures++;
      this.#size = sizeAfterFailure(batch.length, this.#failures);
      this.#stuckSince ??= performance.now();
    } else {
      this.#advanced();
    }
    const again = await this.#host.settle(outcome, !isWhole || batch.length === 1);
    if (this.#host.signal.aborted) return 0;
    const kept = new Set(again);
    const buried = rest.filter((event) => !kept.has(event));
    if (this.#isSurrendered) {
      this.#host.goneLate(buried);
      return 0;
    }
    this.#current = [];
    this.#host.gone(buried);
    const retained = this.#host.retained(again);
    // Before what is there, in order.
    this.#front = [...retained, ...this.#front].sort(byPosition);
    const [head] = retained;
    if (head === undefined) return 0;
    if (this.#host.isPoison(head) && this.#host.park(head)) return 0;
    if (this.#stuckSince !== undefined) this.#host.stuck(this.#stuckSince);
    return waitBeforeRetry(Math.max(1, this.#failures), Math.random(), retryAfter);
  }

  #advanced(): void {
    this.#failures = 0;
    this.#stuckSince = undefined;
    this.#size = Math.min(this.#size * 2, this.#host.channel.batchSize);
  }

  #next(): readonly ChangeEvent[] {
    if (this.#failures >= probeAfterFailures && this.#size === 1 && this.#failures % 2 === 1) {
      const probe = this.#takeProbe();
      if (probe) return [probe];
    }
    const batch: ChangeEvent[] = [];
    let bytes = 0;
    while (batch.length < this.#size) {
      const event = this.#front[0] ?? this.#queue.peek();
      if (event === undefined || (batch.length > 0 && bytes + event.size > batchBytes)) break;
      if (this.#host.isFenced(event, this)) break;
      if (this.#front.length > 0) this.#front.shift();
      else this.#queue.shift();
      bytes += event.size;
      batch.push(event);
    }
    return batch;
  }

  /** The first event of any other key than that which fails: whether the sink takes that one. */
  #takeProbe(): ChangeEvent | undefined {
    const waiting = this.waiting();
    const failing = waiting[0];
    const others = waiting.filter(({ key }) => key !== failing?.key);
    const chosen = others[Math.floor(Math.random() * others.length)];
    const probe = others.find(({ key }) => key === chosen?.key);
    if (probe === undefined || this.#host.isFenced(probe, undefined)) return undefined;
    this.extract((event) => event === probe);
    return probe;
  }

  async #pause(wait: number): Promise<void> {
    const until = Math.max(performance.now() + wait, this.#host.pauseUntil());
    await atMost(until - performance.now(), this.#wakeUp.next());
  }
}
