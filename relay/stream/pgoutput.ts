import type { Acknowledgement } from "./acknowledgement.ts";
import type { ChangeHandler } from "./change-handler.ts";
import { ChangeReader } from "./change-reader.ts";
import { readInt32 } from "./row-tuple.ts";
import { readTime } from "./status-frame.ts";

const BEGIN = 66; // B
const COMMIT = 67; // C

/**
 * Reads what the plug-in pgoutput sends, protocol 1 and 2, and hands each transaction to a handler
 * once it has committed.
 *
 * https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
 */
export class Pgoutput {
  /** Whether a transaction has begun to arrive whose end is still to come. */
  isInTransaction = false;
  readonly #changes: ChangeReader;
  readonly #acknowledgement: Acknowledgement;

  constructor(handler: ChangeHandler, acknowledgement: Acknowledgement) {
    this.#changes = new ChangeReader(handler);
    this.#acknowledgement = acknowledgement;
  }

  /** Reads one message, which starts with its type. */
  read(bytes: Buffer, at: number): void | Promise<void> {
    const type = bytes[at] as number;
    switch (type) {
      case BEGIN:
        this.isInTransaction = true;
        return this.#changes.begin({
          commitLsn: bytes.readBigUInt64BE(at + 1),
          committedAt: readTime(bytes, at + 9),
          xid: readInt32(bytes, at + 17) >>> 0,
        });
      case COMMIT:
        return this.#commit(bytes.readBigUInt64BE(at + 10));
      default:
        return this.#changes.read(type, bytes, at + 1);
    }
  }

  #commit(endLsn: bigint): void | Promise<void> {
    this.isInTransaction = false;
    this.#acknowledgement.committed(endLsn);
    return this.#changes.commit(endLsn);
  }
}
