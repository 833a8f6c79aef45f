import { createHmac } from "node:crypto";
import type { Relation, Tuple } from "../stream/change-handler.ts";
import { sipHash, sipKeyOf } from "./siphash.ts";

/**
 * The columns whose values are the key of a row. Under replica identity full the stream marks every
 * column, so that the key must be told; without one, the rows of the table have one key.
 *
 * @param primaryKey names of the primary key's columns, for a table under replica identity full
 * @returns their places in the table, ascending
 */
export function keyColumnsOf(relation: Relation, primaryKey: readonly string[]): number[] {
  const { columns, replicaIdentity } = relation;
  const isFull = replicaIdentity === "f";
  const found = columns.flatMap(({ name, isKey }, place) =>
    (isFull ? primaryKey.includes(name) : isKey) ? [place] : [],
  );
  return isFull && found.length !== primaryKey.length ? [] : found;
}

/** The key of a row; `fallback` has the values that were not sent in `row`. */
export type OrderingKey = (row: Tuple, fallback?: Tuple) => string;

/**
 * Compiles how the rows of a table are given their key, the same in every relay that has the secret.
 *
 * @param keyColumns none: all rows have the table's own key
 * @param secret at least 16 bytes
 */
export function orderingKeyOf(
  relation: Relation,
  keyColumns: readonly number[],
  secret: Uint8Array,
): OrderingKey {
  const name = `${relation.schema}\0${relation.name}`;
  const key = sipKeyOf(createHmac("sha256", secret).update(name).digest().subarray(0, 16));
  const [first, ...others] = keyColumns;
  if (first === undefined) {
    const ofTable = sipHash(key, new Uint8Array(0), 0, 0);
    return () => ofTable;
  }
  if (others.length > 0) {
    return (row, fallback) => {
      const length = copyValues(row, fallback, keyColumns);
      return sipHash(key, copied, 0, length);
    };
  }
  return (row, fallback) => {
    const { bytes, starts, lengths } = holderOf(row, fallback, first);
    const start = starts[first] as number;
    return sipHash(key, bytes, start, start + Math.max(0, lengths[first] as number));
  };
}

function holderOf(row: Tuple, fallback: Tuple | undefined, column: number): Tuple {
  return row.lengths[column] === -2 && fallback !== undefined ? fallback : row;
}

let copied = Buffer.alloc(256);

/** Each value after its length, so that `ab`,`c` and `a`,`bc` differ. */
function copyValues(row: Tuple, fallback: Tuple | undefined, columns: readonly number[]): number {
  let end = 0;
  for (const column of columns) {
    const { bytes, starts, lengths } = holderOf(row, fallback, column);
    const start = starts[column] as number;
    const length = lengths[column] as number;
    const needed = end + 4 + Math.max(0, length);
    if (needed > copied.length) copied = Buffer.concat([copied], 2 * needed);
    end = copied.writeInt32LE(length, end);
    if (length > 0) end += bytes.copy(copied, end, start, start + length);
  }
  return end;
}
