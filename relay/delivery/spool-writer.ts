import type { ChangeEvent, Position } from "../encoding/change-event.ts";
import { Fifo } from "./fifo.ts";
import { byPosition, earlier } from "./order.ts";
import { atMost, Signal } from "./signal.ts";

export interface SpoolWriterHost {
  /** Waits until the spool may take more. */
  room(): Promise<void>;
  /**
   * Stores the batch for good; tries until it succeeds, or throws when the lane ends.
   *
   * @param next the first of the events that are not stored with or before the batch
   */
  store(batch: readonly ChangeEvent[], next: Position | undefined): Promise<void>;
}

const batchEvents = 5_000;
const batchBytes = 4 << 20;
/** Milliseconds that a batch waits for more to come along, unless it has that many bytes. */
const gathering = 50;
const enoughBytes = 256 << 10;

/** Writes events to the spool in batches, in the order in which they were added. */
export class SpoolWriter {
  readonly #host: SpoolWriterHost;
  readonly #progress = new Signal();
  readonly #hurried = new Signal();
  #isHurried = false;
  #pending = new Fifo<ChangeEvent>();
  #batch: readonly ChangeEvent[] = [];
  #bytes = 0;
  #isRunning = false;
  #hasEnded = false;

  constructor(host: SpoolWriterHost) {
    this.#host = host;
  }

  /** Of events that are not stored yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The earliest event that is not stored. */
  oldest(): Position | undefined {
    return earlier(this.#batch[0], this.#pending.peek());
  }

  /** @param event committed after all that were added */
  add(event: ChangeEvent): void {
    this.#pending.push(event);
    this.#bytes += event.size;
    if (this.#bytes >= enoughBytes) this.hurry();
    this.#start();
  }

  /** Writes the next batch without waiting for more: somebody waits for it. */
  hurry(): void {
    this.#isHurried = true;
    this.#hurried.fire();
  }

  /** Adds events of which some were committed before others that were added and are not stored. */
  insert(events: ChangeEvent[]): void {
    const all = [...this.#pending, ...events].sort(byPosition);
    this.#pending = new Fifo();
    for (const event of all) this.#pending.push(event);
    for (const { size } of events) this.#bytes += size;
    this.#start();
  }

  /**
   * Takes events back.
   *
   * @returns those that are, or will be, stored nevertheless, once they are
   */
  async withdraw(events: readonly ChangeEvent[]): Promise<ChangeEvent[]> {
    const unwanted = new Set(events);
    const withdrawn = new Set(this.#pending.extract((event) => unwanted.has(event)));
    for (const { size } of withdrawn) this.#bytes -= size;
    this.hurry();
    while (this.#batch.some((event) => unwanted.has(event)) && !this.#hasEnded) {
      await this.#progress.next();
    }
    return events.filter((event) => !withdrawn.has(event));
  }

  /** Waits until all that has been added is stored; only while little is added. */
  async flush(): Promise<void> {
    while ((this.#pending.length > 0 || this.#batch.length > 0) && !this.#hasEnded) {
      this.hurry();
      await this.#progress.next();
    }
  }

  /** Resolves with the next batch that is stored, and when the lane ends. */
  stored(): Promise<void> {
    return this.#progress.next();
  }

  #start(): void {
    if (this.#isRunning || this.#hasEnded) return;
    this.#isRunning = true;
    this.#writeAll().catch(() => {
      this.#hasEnded = true;
      this.#progress.fire();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#pending.length > 0) {
      await this.#gather();
      await this.#host.room();
      const batch = this.#take();
      if (batch.length === 0) continue;
      this.#batch = batch;
      await this.#host.store(batch, this.#pending.peek());
      this.#batch = [];
      for (const { size } of batch) this.#bytes -= size;
      this.#progress.fire();
    }
    this.#isRunning = false;
    this.#progress.fire();
  }

  /** A transaction for each event would cost the database, and with it all others, dearly. */
  async #gather(): Promise<void> {
    if (this.#bytes < enoughBytes && !this.#isHurried) {
      await atMost(gathering, this.#hurried.next());
    }
    this.#isHurried = false;
  }

  #take(): ChangeEvent[] {
    const batch: ChangeEvent[] = [];
    let bytes = 0;
    while (batch.length < batchEvents) {
      const next = this.#pending.peek();
      if (next === undefined || (batch.length > 0 && bytes + next.size > batchBytes)) break;
      this.#pending.shift();
      batch.push(next);
      bytes += next.size;
    }
    return batch;
  }
}
