import type { Pool } from "pg";
import { RelayError } from "../running/relay-error.ts";
import { formatLsn, parseLsn } from "../stream/lsn.ts";

/** Where reading goes on, and the registry's revision as of there. */
export interface StartPosition {
  readonly lsn: bigint;
  readonly revision: bigint;
}

/** Where reading goes on behind what is durable, once the slot is this relay's. */
export async function loadPosition(pool: Pool, slot: string): Promise<StartPosition> {
  const { rows } = await pool.query<{ lsn: string; revision: string }>(
    "select lsn::text, revision::text from integratedb.relay_position where slot_name = $1",
    [slot],
  );
  const [row] = rows;
  if (row === undefined) throw new RelayError("IDB4010", `the position of slot ${slot} is gone`);
  return { lsn: parseLsn(row.lsn), revision: BigInt(row.revision) };
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
  #written: StartPosition = { lsn: 0n, revision: 0n };
  #writtenAt = performance.now();
  #isWriting = false;
  #confirmed = 0n;
  /** Whether the row still tells of a gap. */
  #hasGap = false;
  /** Whether another relay has gone beyond what this one knows. */
  #isOvertaken = false;

  /** @param durable end of the last transaction that is durable downstream with all before it */
  constructor(pool: Pool, slot: string, durable: () => bigint, onError: (error: unknown) => void) {
    this.#pool = pool;
    this.#slot = slot;
    this.#durable = durable;
    this.#onError = onError;
  }

  /** @param hasGap whether the row tells of a gap, until all channels know of it */
  start({ lsn, revision }: StartPosition, hasGap: boolean): void {
    this.#written = { lsn, revision };
    this.#confirmed = lsn;
    this.#hasGap = hasGap;
  }

  /** The revision that is in effect behind the transaction that ends there. */
  revised(revision: bigint, endLsn: bigint): void {
    this.#pending.push({ revision, lsn: endLsn });
  }

  /**
   * What the server may be told now.
   *
   * @throws RelayError IDB4020 when another relay has taken over
   */
  confirmed(): bigint {
    if (this.#isOvertaken) {
      throw new RelayError(
        "IDB4020",
        `slot ${this.#slot} has another position than this relay gave it`,
      );
    }
    const durable = this.#durable();
    const reached = this.#pending.findLast(({ lsn }) => lsn <= durable);
    if (reached !== undefined) {
      this.#write(reached);
      return this.#confirmed;
    }
    if (durable > this.#confirmed) this.#confirmed = durable;
    const isDue = performance.now() - this.#writtenAt > interval;
    const tellsNews = this.#confirmed > this.#written.lsn || (this.#hasGap && durable > 0n);
    if (tellsNews && (isDue || this.#hasGap)) {
      this.#write({ revision: this.#written.revision, lsn: this.#confirmed });
    }
    return this.#confirmed;
  }

  #write(position: StartPosition): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#pool
      .query(
        // Never back: a relay that does not know yet that it lost the slot may write late.
        `update integratedb.relay_position set lsn = $2, revision = $3, gap = null
         where slot_name = $1 and lsn <= $2::pg_lsn and revision <= $3::bigint`,
        [this.#slot, formatLsn(position.lsn), position.revision.toString()],
      )
      .then(({ rowCount }) => {
        if (rowCount === 0) {
          this.#isOvertaken = true;
          return;
        }
        this.#written = position;
        this.#hasGap = false;
        this.#pending = this.#pending.filter(({ lsn }) => lsn > position.lsn);
      }, this.#onError)
      .finally(() => {
        this.#isWriting = false;
        this.#writtenAt = performance.now();
      });
  }
}
