/** A table as the stream describes it; a new object each time that its description changes. */
export interface Relation {
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  /** "d" default, "n" nothing, "f" full, "i" index. */
  readonly replicaIdentity: "d" | "n" | "f" | "i";
  readonly columns: readonly RelationColumn[];
}

export interface RelationColumn {
  readonly name: string;
  readonly typeId: number;
  readonly typeModifier: number;
  /** Whether it is part of the replica identity. */
  readonly isKey: boolean;
}

/**
 * The values of a row, as text in the bytes of the stream. It is used again for the next row: what
 * is to stay must be copied before the handler returns.
 */
export interface Tuple {
  readonly bytes: Buffer;
  /** Where the value of each column starts in `bytes`. */
  readonly starts: Int32Array;
  /** Its length in bytes; -1 for NULL, -2 for a TOASTed value that did not change and was not sent. */
  readonly lengths: Int32Array;
  readonly count: number;
  /** Bytes of all values, about. */
  readonly size: number;
}

export interface Transaction {
  /** LSN of the commit record. */
  readonly commitLsn: bigint;
  /** Milliseconds since 1970. */
  readonly committedAt: number;
  readonly xid: number;
}

/**
 * What the reader calls, in the order of commits. A promise that is returned holds the reader until
 * it is settled; one that is rejected ends it.
 */
export interface ChangeHandler {
  begin(transaction: Transaction): void | Promise<void>;
  /** @param index number of the change in its transaction, from 0, truncates included */
  insert(relation: Relation, row: Tuple, index: number): void | Promise<void>;
  /** @param old key columns (others NULL) when the key changed, the whole row under identity full */
  update(
    relation: Relation,
    old: Tuple | undefined,
    row: Tuple,
    index: number,
  ): void | Promise<void>;
  /** @param old key columns (others NULL), or the whole row under identity full */
  delete(relation: Relation, old: Tuple, index: number): void | Promise<void>;
  /** @param index of the first table; each of the others has the next, so that each has an id */
  truncate(relations: readonly Relation[], index: number): void | Promise<void>;
  /** @param endLsn the LSN after the commit record: what may be confirmed once all is durable */
  commit(endLsn: bigint): void | Promise<void>;
}
