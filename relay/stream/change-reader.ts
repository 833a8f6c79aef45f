import { RelayError } from "../running/relay-error.ts";
import type { ChangeHandler, Relation, Transaction } from "./change-handler.ts";
import { readRelation } from "./relation-message.ts";
import { RowTuple, readInt32 } from "./row-tuple.ts";

/** Types of the messages that a transaction consists of. */
const INSERT = 73; // I
const UPDATE = 85; // U
const DELETE = 68; // D
const TRUNCATE = 84; // T
export const RELATION = 82; // R

const NEW = 78; // N

/**
 * Hands the changes of one transaction after the other to a handler, numbered, each with the
 * description of its table as of its place in the stream.
 *
 * https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
 */
export class ChangeReader {
  readonly #handler: ChangeHandler;
  readonly #relations = new Map<number, Relation>();
  /** In which transaction, not committed when it was sent, a table was described last. */
  readonly #describedIn = new Map<number, number>();
  /** How the transaction describes tables that is read after it was sent. */
  #own: Map<number, Relation> | undefined;
  readonly #row = new RowTuple();
  readonly #old = new RowTuple();
  #index = 0;

  constructor(handler: ChangeHandler) {
    this.#handler = handler;
  }

  begin(transaction: Transaction): void | Promise<void> {
    this.#index = 0;
    return this.#handler.begin(transaction);
  }

  /** Begins a transaction that was sent before it committed: how it describes tables is its own. */
  beginSentBefore(transaction: Transaction): void | Promise<void> {
    this.#own = new Map();
    return this.begin(transaction);
  }

  commit(endLsn: bigint): void | Promise<void> {
    return this.#handler.commit(endLsn);
  }

  /** Ends it. What it said of a table last, of all that was received, holds from then on. */
  endSentBefore(xid: number): void {
    for (const [id, relation] of this.#own ?? []) {
      if (this.#describedIn.get(id) !== xid) continue;
      this.#relations.set(id, relation);
      this.#describedIn.delete(id);
    }
    this.#own = undefined;
  }

  /** A transaction that is being sent before it commits describes a table. */
  describes(xid: number, relationId: number): void {
    this.#describedIn.set(relationId, xid);
  }

  /**
   * Reads one message of a transaction.
   *
   * @param at behind the type of the message and, in a streamed transaction, its xid
   */
  read(type: number, bytes: Buffer, at: number): void | Promise<void> {
    switch (type) {
      case INSERT: {
        const relation = this.#relation(bytes, at);
        this.#row.read(bytes, at + 5);
        requireColumns(relation, this.#row);
        return this.#handler.insert(relation, this.#row, this.#index++);
      }
      case UPDATE: {
        const relation = this.#relation(bytes, at);
        const hasOld = bytes[at + 4] !== NEW;
        const next = hasOld ? this.#old.read(bytes, at + 5) : at + 4;
        this.#row.read(bytes, next + 1);
        requireColumns(relation, this.#row);
        const old = hasOld ? this.#old : undefined;
        return this.#handler.update(relation, old, this.#row, this.#index++);
      }
      case DELETE: {
        const relation = this.#relation(bytes, at);
        this.#old.read(bytes, at + 5);
        requireColumns(relation, this.#old);
        return this.#handler.delete(relation, this.#old, this.#index++);
      }
      case TRUNCATE: {
        const relations: Relation[] = [];
        const count = readInt32(bytes, at);
        for (let each = 0; each < count; each++) {
          relations.push(this.#relation(bytes, at + 5 + 4 * each));
        }
        const index = this.#index;
        this.#index += relations.length;
        return this.#handler.truncate(relations, index);
      }
      case RELATION: {
        const relation = readRelation(bytes, at);
        if (this.#own === undefined) this.#describedIn.delete(relation.id);
        (this.#own ?? this.#relations).set(relation.id, relation);
        return;
      }
      default:
        // Types, origins and messages tell nothing that is needed.
        return;
    }
  }

  #relation(bytes: Buffer, at: number): Relation {
    const id = readInt32(bytes, at) >>> 0;
    const relation = this.#own?.get(id) ?? this.#relations.get(id);
    if (!relation) {
      throw new RelayError("IDB4016", `a change of table ${id}, which was not described before`);
    }
    return relation;
  }
}

/** A row that does not fit its table would show values of another one. */
function requireColumns({ schema, name, columns }: Relation, { count }: RowTuple): void {
  if (count === columns.length) return;
  throw new RelayError(
    "IDB4016",
    `a row of ${schema}.${name}: expected ${columns.length} values, found ${count}`,
  );
}
