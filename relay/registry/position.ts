import type { Pool } from "pg";
import { formatLsn } from "../stream/lsn.ts";

/** Where reading goes on, and the registry's revision as of there. */
export interface StartPosition {
  readonly lsn: bigint;
  readonly revision: bigint;
}

/** Milliseconds between two writes of a position whose revision stays. */
const interval = 10_000;

/**
 * Keeps `integratedb.relay_position`, from which a restart knows who was to get what: the position
 * of a change of the registry is written before the server is told to go beyond it. Whoever starts
 * there passes over what was committed earlier, all of which is durable.
 */
export class PositionKeeper {
  readonly #pool: Pool;
  readonly #slot: string;
  readonly #durable: () => bigint;
  readonly #onError: (error: unknown) => void;
  /** Revisions that are not written yet, oldest first, with the end of the transaction of each. */
  #pending: StartPosition[] = [];
  #written: StartPosition;
  #writtenAt = performance.now();
  #isWriting = false;
  #confirmed: bigint;

  /** @param durable end of the last transaction that is durable downstream with all before it */
  constructor(
    pool: Pool,
    slot: string,
    start: StartPosition,
    durable: () => bigint,
    onError: (error: unknown) => void,
  ) {
    this.#pool = pool;
    this.#slot = slot;
    this.#written = start;
    this.#confirmed = start.lsn;
    this.#durable = durable;
    this.#onError = onError;
  }

  /** The revision that is in effect behind the transaction that ends there. */
  revised(revision: bigint, endLsn: bigint): void {
    this.#pending.push({ revision, lsn: endLsn });
  }

  /** What the server may be told now. */
  confirmed(): bigint {
    const durable = this.#durable();
    const [first] = this.#pending;
    if (first === undefined || durable < first.lsn) {
      if (durable > this.#confirmed) this.#confirmed = durable;
      if (performance.now() - this.#writtenAt > interval) {
        this.#write({ revision: this.#written.revision, lsn: this.#confirmed });
      }
    } else {
      const reached = this.#pending.findLast(({ lsn }) => lsn <= durable) ?? first;
      this.#write(reached);
    }
    return this.#confirmed;
  }

  #write(position: StartPosition): void {
    if (this.#isWriting || position.lsn <= this.#written.lsn) return;
    this.#isWriting = true;
    this.#pool
      .query("update integratedb.relay_position set lsn = $2, revision = $3 where slot_name = $1", [
        this.#slot,
        formatLsn(position.lsn),
        position.revision.toString(),
      ])
      .then(() => {
        this.#written = position;
        this.#pending = this.#pending.filter(({ lsn }) => lsn > position.lsn);
      }, this.#onError)
      .finally(() => {
        this.#isWriting = false;
        this.#writtenAt = performance.now();
      });
  }
}
