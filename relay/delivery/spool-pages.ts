import type { Position } from "../encoding/change-event.ts";
import type { HeldEvents } from "./held-events.ts";
import type { LaneStore } from "./lane-store.ts";
import type { LaneMemory } from "./memory-budget.ts";
import type { Signal } from "./signal.ts";
import type { SpoolRow } from "./spool-table.ts";

/** A part of the spool that is read at once, at most. */
const pageRows = 2_000;
const pageBytes = 4 << 20;

export interface SpoolPagesOptions {
  readonly store: LaneStore;
  readonly held: HeldEvents;
  readonly memory: LaneMemory;
  /** Fires whenever events that were held may have been released. */
  readonly changed: Signal;
  readonly signal: AbortSignal;
}

/** Reads a lane's events from the spool, no more than memory is meant to hold of them. */
export class SpoolPages {
  readonly #options: SpoolPagesOptions;

  constructor(options: SpoolPagesOptions) {
    this.#options = options;
  }

  /** Waits until little of the pages before is left. */
  async room(): Promise<void> {
    const { held, changed, signal } = this.#options;
    const isFull = () => held.size >= pageRows || held.bytes >= this.#bytes();
    while (isFull() && !signal.aborted) await changed.next();
  }

  /**
   * @param without keys whose events are not read
   * @returns the next rows, and whether there may be more right now
   */
  async read(
    after: Position,
    without: readonly string[],
  ): Promise<{ rows: readonly SpoolRow[]; hasMore: boolean }> {
    const limits = { rows: pageRows, bytes: this.#bytes() };
    const rows = await this.#options.store.read(after, without, limits);
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    return { rows, hasMore: rows.length === pageRows || bytes >= limits.bytes };
  }

  #bytes(): number {
    return Math.floor(Math.min(pageBytes, this.#options.memory.share() / 2));
  }
}
