import type { Acknowledgement } from "./acknowledgement.ts";
import type { ChangeHandler, Transaction } from "./change-handler.ts";
import { ChangeReader, RELATION } from "./change-reader.ts";
import type { OpenTransactions } from "./open-transactions.ts";
import { readInt32 } from "./row-tuple.ts";
import { readTime } from "./status-frame.ts";

const BEGIN = 66; // B
const COMMIT = 67; // C
const STREAM_START = 83; // S
const STREAM_STOP = 69; // E
const STREAM_COMMIT = 99; // c
const STREAM_ABORT = 65; // A

/**
 * Reads what the plug-in pgoutput sends, protocol 1 and 2, and hands each transaction to a handler
 * once it has committed. It makes no difference to the handler whether the server has sent a
 * transaction before that, in pieces: changes of subtransactions that were rolled back count in
 * neither case, and the others come in the order of the WAL, so they have the same numbers.
 *
 * https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
 */
export class Pgoutput {
  readonly #changes: ChangeReader;
  readonly #acknowledgement: Acknowledgement;
  readonly #open: OpenTransactions;
  readonly #isOver: () => boolean;
  #isInTransaction = false;

  /** @param isOver whether nothing more may be handed on */
  constructor(
    handler: ChangeHandler,
    acknowledgement: Acknowledgement,
    open: OpenTransactions,
    isOver: () => boolean,
  ) {
    this.#changes = new ChangeReader(handler);
    this.#acknowledgement = acknowledgement;
    this.#open = open;
    this.#isOver = isOver;
  }

  /** Whether something has begun to arrive whose end is still to come. */
  get isAmidst(): boolean {
    return this.#isInTransaction || this.#open.isReceiving;
  }

  /** Reads one message, which starts with its type. */
  read(bytes: Buffer, at: number, end: number): void | Promise<void> {
    const type = bytes[at] as number;
    switch (type) {
      case BEGIN:
        this.#isInTransaction = true;
        return this.#changes.begin({
          commitLsn: bytes.readBigUInt64BE(at + 1),
          committedAt: readTime(bytes, at + 9),
          xid: readInt32(bytes, at + 17) >>> 0,
        });
      case COMMIT:
        return this.#commit(bytes.readBigUInt64BE(at + 10));
      case STREAM_START:
        return this.#open.start(readInt32(bytes, at + 1) >>> 0);
      case STREAM_STOP:
        return this.#open.stop();
      case STREAM_COMMIT:
        return this.#replay(
          {
            commitLsn: bytes.readBigUInt64BE(at + 6),
            committedAt: readTime(bytes, at + 22),
            xid: readInt32(bytes, at + 1) >>> 0,
          },
          bytes.readBigUInt64BE(at + 14),
        );
      case STREAM_ABORT:
        return this.#open.abort(readInt32(bytes, at + 1) >>> 0, readInt32(bytes, at + 5) >>> 0);
      default:
        if (this.#open.isReceiving) {
          if (type === RELATION) this.#changes.describes(this.#open.xid, readInt32(bytes, at + 5));
          return this.#open.append(bytes, at, end);
        }
        return this.#changes.read(type, bytes, at + 1);
    }
  }

  async #replay(transaction: Transaction, endLsn: bigint): Promise<void> {
    this.#isInTransaction = true;
    await this.#changes.beginSentBefore(transaction);
    if (this.#isOver()) return;
    const isWhole = await this.#open.replay(
      transaction.xid,
      (type, bytes, at) => this.#changes.read(type, bytes, at),
      this.#isOver,
    );
    this.#changes.endSentBefore(transaction.xid);
    if (isWhole) await this.#commit(endLsn);
  }

  #commit(endLsn: bigint): void | Promise<void> {
    this.#isInTransaction = false;
    this.#acknowledgement.committed(endLsn);
    return this.#changes.commit(endLsn);
  }
}
