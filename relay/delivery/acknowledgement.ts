import { Fifo } from "./fifo.ts";

/** What an acknowledgement asks of a lane. */
export interface LaneProgress {
  /** Commit LSN of the oldest event that is not durable; undefined if all are. */
  oldestUndurable(): bigint | undefined;
}

interface Commit {
  readonly commitLsn: bigint;
  readonly endLsn: bigint;
}

/** Which transactions are durable downstream, of those that were handed on in full. */
export class Acknowledgement {
  readonly #lanes: () => Iterable<LaneProgress>;
  /** Commits beyond the durable ones, oldest first. */
  readonly #commits = new Fifo<Commit>();
  #durable = 0n;

  /** @param lanes all that were given events */
  constructor(lanes: () => Iterable<LaneProgress>) {
    this.#lanes = lanes;
  }

  /** A transaction has been handed on in full; they come in the order of their commits. */
  committed(commitLsn: bigint, endLsn: bigint): void {
    this.#commits.push({ commitLsn, endLsn });
  }

  /**
   * End of the last transaction of which, and before which, everything is delivered, in the spool or
   * a dead letter; 0 if there is none.
   */
  durable(): bigint {
    let oldest: bigint | undefined;
    for (const lane of this.#lanes()) {
      const lsn = lane.oldestUndurable();
      if (lsn !== undefined && (oldest === undefined || lsn < oldest)) oldest = lsn;
    }
    for (;;) {
      const next = this.#commits.peek();
      if (next === undefined || (oldest !== undefined && next.commitLsn >= oldest)) break;
      this.#durable = next.endLsn;
      this.#commits.shift();
    }
    return this.#durable;
  }
}
