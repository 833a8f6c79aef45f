/**
 * What the server may be told to forget: nothing that is not durable downstream, and nothing that it
 * has sent and that is still under way. It never goes back.
 */
export class Acknowledgement {
  /** What was told last, 0 at first, which means nothing to the server. */
  told = 0n;
  /** Up to where the stream has been received. */
  received = 0n;
  #lastCommit = 0n;
  #quiet = { lsn: 0n, after: 0n };

  /** A transaction was handed on as a whole. */
  committed(endLsn: bigint): void {
    this.#lastCommit = endLsn;
    if (endLsn > this.received) this.received = endLsn;
  }

  /**
   * Between two transactions the server said how far it is: all that committed before was sent, so
   * once the last of it is durable there is nothing left to wait for up to here.
   */
  quietAt(lsn: bigint): void {
    this.#quiet = { lsn, after: this.#lastCommit };
    if (lsn > this.received) this.received = lsn;
  }

  /** @param durable end of the last transaction that is durable downstream with all before it */
  next(durable: bigint): bigint {
    const { lsn, after } = this.#quiet;
    const reached = durable >= after && lsn > durable ? lsn : durable;
    if (reached > this.told) this.told = reached;
    return this.told;
  }
}
