import type { LaneMemory } from "./memory-budget.ts";
import { atMost, type Signal } from "./signal.ts";

export interface ReaderHoldOptions {
  readonly memory: LaneMemory;
  /** Fires whenever memory may have been released. */
  readonly changed: Signal;
  readonly signal: AbortSignal;
  /** Leaves what is in memory to the spool. */
  retreat(): void;
}

/**
 * Milliseconds within which a lane whose memory is full has to deliver a tenth of it, while the
 * reader waits; a sink that is slower than that is better served from the spool.
 */
const longestHold = 500;
const enough = 0.9;
/** Milliseconds that are counted of a wait, at most: a process that did not get to run knows nothing of its sink. */
const tick = 50;
/** Times its memory that a lane takes from a reader that does not wait. */
const impatience = 2;

/** Holds up the reader for a lane whose memory is full, but never for long on account of its sink. */
export class ReaderHold {
  readonly #options: ReaderHoldOptions;
  #hold: Promise<void> | undefined;

  constructor(options: ReaderHoldOptions) {
    this.#options = options;
  }

  /** What the reader has to wait for, as long as the sink may catch up. */
  get current(): Promise<void> | undefined {
    return this.#hold;
  }

  /** Memory is full while events go to the sink from there. */
  overflow(isFailing: boolean): void {
    if (isFailing || (this.#hold && this.#options.memory.isOver(impatience))) {
      this.#options.retreat();
      return;
    }
    this.#hold ??= this.#untilRelieved().finally(() => {
      this.#hold = undefined;
    });
  }

  /** Waits for the spool to take what is in memory, as long as there is something to write. */
  async untilWritten(isWriting: () => boolean): Promise<void> {
    const { memory, changed, signal } = this.#options;
    while (isWriting() && memory.isOver(enough) && !signal.aborted) {
      await atMost(longestHold, changed.next());
    }
  }

  async #untilRelieved(): Promise<void> {
    const { memory, changed, signal, retreat } = this.#options;
    let left = longestHold;
    while (memory.isOver(enough) && !signal.aborted) {
      if (left <= 0) return retreat();
      const since = performance.now();
      await atMost(Math.min(tick, left), changed.next());
      left -= Math.min(tick, performance.now() - since);
    }
  }
}
