import { LargeEvents } from "./large-events.ts";
import { atMost, Signal } from "./signal.ts";

/**
 * Part of the limit with which sinks that keep up have enough to do. What is delivered soon costs the
 * garbage collector next to nothing; what waits is copied, and makes the heap grow.
 */
const working = 0.25;
/** Milliseconds within which sinks that keep up have taken some of that. */
const patience = 50;

/** Bytes of events in memory over all lanes. A lane is over when the sum is, and it has more than its share. */
export class MemoryBudget {
  readonly #limit: number;
  readonly #large: LargeEvents;
  #used = 0;
  #users = 0;
  readonly #relieved = new Signal();
  #breath: Promise<void> | undefined;
  #isPatient = true;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
    this.#large = new LargeEvents(limit);
  }

  /** Bytes of the largest event of which many may be in memory. */
  get largest(): number {
    return this.#large.largest;
  }

  /** Whether all is used up. */
  get isFull(): boolean {
    return this.#used > this.#limit;
  }

  /**
   * What the reader waits for, for a moment, before it adds to what sinks have not taken yet. It
   * does so no more, once a moment was not enough, until they have caught up.
   */
  breath(): Promise<void> | undefined {
    if (this.#used <= this.#limit * working) {
      this.#isPatient = true;
      return undefined;
    }
    if (this.#isPatient) this.#breath ??= this.#untilRelieved();
    return this.#breath;
  }

  /** What one lane takes of it. */
  lane(): LaneMemory {
    let bytes = 0;
    let isClosed = false;
    const change = (by: number) => {
      if (isClosed) return;
      const before = bytes;
      bytes += by;
      this.#used += by;
      if (by < 0 && this.#isEased) this.#relieved.fire();
      if (before === 0 && bytes > 0) this.#users++;
      else if (before > 0 && bytes === 0) this.#users--;
    };
    return {
      large: this.#large,
      take: change,
      release: (size) => change(-size),
      close: () => {
        change(-bytes);
        isClosed = true;
      },
      get bytes() {
        return bytes;
      },
      share: () => this.#limit / Math.max(1, this.#users),
      isOver: (fraction = 1) =>
        this.#used > this.#limit * fraction &&
        bytes > (this.#limit * fraction) / Math.max(1, this.#users),
    };
  }

  /** Whether so little is left that more should come. */
  get #isEased(): boolean {
    return this.#used <= (this.#limit * working) / 2;
  }

  async #untilRelieved(): Promise<void> {
    await atMost(patience, this.#relieved.next());
    this.#isPatient = this.#isEased;
    this.#breath = undefined;
  }
}

export interface LaneMemory {
  /** Those of all lanes. */
  readonly large: LargeEvents;
  readonly bytes: number;
  take(size: number): void;
  release(size: number): void;
  /** The lane has ended: it has nothing, whatever is released later. */
  close(): void;
  /** Bytes that the lane may have when memory is short. */
  share(): number;
  /** Whether the lane has more than its share of that fraction of all, and all is used up. */
  isOver(fraction?: number): boolean;
}
