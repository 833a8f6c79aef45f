/** Bytes of events in memory over all lanes. A lane is over when the sum is, and it has more than its share. */
export class MemoryBudget {
  readonly #limit: number;
  #used = 0;
  #users = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether all is used up. */
  get isFull(): boolean {
    return this.#used > this.#limit;
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
      if (before === 0 && bytes > 0) this.#users++;
      else if (before > 0 && bytes === 0) this.#users--;
    };
    return {
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
}

export interface LaneMemory {
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
