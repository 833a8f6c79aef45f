import type { Position } from "../encoding/change-event.ts";
import { isBefore, origin } from "./order.ts";
import { backOff } from "./retry-policy.ts";
import type { SpoolRow } from "./spool-table.ts";

export interface DrainHost {
  readonly signal: AbortSignal;
  /** Waits until more may be read into memory. */
  room(): Promise<void>;
  /** Waits for what was under way when the lane took everything back. */
  settleLeft(): Promise<void>;
  /** @returns the next rows, and whether there may be more right now */
  read(after: Position): Promise<{ rows: readonly SpoolRow[]; hasMore: boolean }>;
  take(row: SpoolRow): void;
  /**
   * There was little, or nothing, after what was read before.
   *
   * @param rows how many
   * @returns whether the drain may end until it is told to look again
   */
  caughtUp(rows: number): Promise<boolean>;
  trouble(error: unknown): void;
}

/** Reads what a lane has in the spool, in the order of commits, as fast as it is delivered. */
export class Drain {
  readonly #host: DrainHost;
  #cursor: Position = origin;
  /** Grows whenever what is being read may not be all there is. */
  #generation = 0;
  #isRunning = false;
  #failures = 0;

  constructor(host: DrainHost) {
    this.#host = host;
  }

  /** Reads again from the start, for instance since events were added that are older. */
  look(): void {
    this.#generation++;
    this.#cursor = origin;
    if (this.#isRunning || this.#host.signal.aborted) return;
    this.#isRunning = true;
    void this.#run();
  }

  /** Events from that position on have come to the spool: what lies behind is looked at again. */
  stored(first: Position): void {
    if (this.#isRunning && isBefore(first, this.#cursor)) this.look();
  }

  async #run(): Promise<void> {
    while (!this.#host.signal.aborted) {
      try {
        const generation = this.#generation;
        const isDone = await this.#step();
        this.#failures = 0;
        if (!isDone || generation !== this.#generation) continue;
        this.#isRunning = false;
        return;
      } catch (error) {
        if (this.#host.signal.aborted) return;
        this.#host.trouble(error);
        const wait = backOff(++this.#failures, Math.random(), 5_000);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  async #step(): Promise<boolean> {
    await this.#host.settleLeft();
    await this.#host.room();
    const generation = this.#generation;
    const { rows, hasMore } = await this.#host.read(this.#cursor);
    if (generation !== this.#generation) return false;
    for (const row of rows) this.#host.take(row);
    const last = rows.at(-1);
    if (last !== undefined) this.#cursor = { lsn: last.lsn, index: last.index };
    return hasMore ? false : this.#host.caughtUp(rows.length);
  }
}
