import type { Pool } from "pg";
import type { ChangeEvent, Position } from "../encoding/change-event.ts";
import { bury, type DeadLetter } from "./dead-letters.ts";
import { storedBytes } from "./deferred-event.ts";
import type { LargeEvents } from "./large-events.ts";
import { backOff } from "./retry-policy.ts";
import { atMost } from "./signal.ts";
import type { SpoolBudget } from "./spool-budget.ts";
import { type PageLimits, type SpoolRow, SpoolTable } from "./spool-table.ts";

export interface LaneStoreOptions {
  readonly pool: Pool;
  readonly channelId: number;
  readonly budget: SpoolBudget;
  readonly large: LargeEvents;
  readonly signal: AbortSignal;
  /** The database did not do it; unless the lane has ended, it is asked again. */
  readonly trouble: (error: Error) => void;
}

/** Milliseconds between two tries, at most. */
const longestWait = 5_000;

/**
 * What a lane keeps in the database, and how much of it there is. Writes are tried until they
 * succeed, or throw when the lane ends.
 */
export class LaneStore {
  readonly #options: LaneStoreOptions;
  readonly #table: SpoolTable;
  readonly #stopped: Promise<void>;
  #rows = 0;
  #bytes = 0;
  #isForgotten = false;

  constructor(options: LaneStoreOptions) {
    this.#options = options;
    this.#table = new SpoolTable(options.pool, options.channelId, options.large.largest);
    const { promise, resolve } = Promise.withResolvers<void>();
    options.signal.addEventListener("abort", () => resolve(), { once: true });
    this.#stopped = promise;
  }

  /** Events in the spool, as far as is known without counting each time. */
  get rows(): number {
    return this.#rows;
  }

  /** @see SpoolTable.accepted */
  accepted(): ReturnType<SpoolTable["accepted"]> {
    return this.#table.accepted();
  }

  /** Waits until the spool may take more. */
  room(): Promise<void> {
    return this.#options.budget.room(() => this.measure(), this.#options.signal);
  }

  /** @see SpoolTable.write */
  async write(events: readonly ChangeEvent[], accepted: Position | undefined): Promise<void> {
    const { large, signal } = this.#options;
    const bytes = await large.write(events, signal, () =>
      this.#persist(() => this.#table.write(events, accepted)),
    );
    this.#count(this.#rows + events.length, this.#bytes + bytes);
  }

  async remove(events: readonly ChangeEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#persist(() => this.#table.remove(events));
    this.#uncount(events);
  }

  async bury(letters: readonly DeadLetter[]): Promise<void> {
    const { pool, channelId } = this.#options;
    const unspooled = await this.#persist(() => bury(pool, channelId, letters));
    if (unspooled > 0) this.#uncount(letters.slice(0, unspooled).map(({ event }) => event));
  }

  read(
    after: Position,
    without: readonly string[],
    limits: PageLimits,
  ): Promise<readonly SpoolRow[]> {
    return this.#table.read(after, without, limits);
  }

  readKeys(keys: readonly string[], limit: number): Promise<readonly ChangeEvent[]> {
    return this.#table.readKeys(keys, limit);
  }

  /** Counts what is there; an error leaves what was known. */
  async measure(): Promise<void> {
    try {
      const { rows, bytes } = await this.#table.measure();
      this.#count(rows, bytes);
    } catch (error) {
      this.trouble(error);
    }
  }

  /** Nothing is there. */
  clear(): void {
    this.#count(0, 0);
  }

  /** The lane has ended: what is there is not counted any more. */
  forget(): void {
    this.clear();
    this.#isForgotten = true;
  }

  trouble(error: unknown): void {
    if (this.#options.signal.aborted) return;
    this.#options.trouble(error instanceof Error ? error : new Error(String(error)));
  }

  #uncount(events: readonly ChangeEvent[]): void {
    let bytes = 0;
    for (const event of events) bytes += storedBytes(event);
    this.#count(this.#rows - events.length, this.#bytes - bytes);
  }

  #count(rows: number, bytes: number): void {
    if (this.#isForgotten) return;
    const before = this.#bytes;
    this.#rows = Math.max(0, rows);
    this.#bytes = Math.max(0, bytes);
    this.#options.budget.change(this.#bytes - before);
  }

  async #persist<T>(work: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures++) {
      this.#options.signal.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        this.trouble(error);
        await atMost(backOff(failures, Math.random(), longestWait), this.#stopped);
      }
    }
  }
}
