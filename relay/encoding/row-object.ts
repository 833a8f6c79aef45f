import type { Relation, Tuple } from "../stream/change-handler.ts";
import { type DerivedTypes, formOf } from "./json-form.ts";
import type { JsonWriter } from "./json-writer.ts";
import { valueWriterOf, type WriteValue } from "./value-writer.ts";

/** A column that goes into events. */
export interface EncodedColumn {
  readonly name: string;
  /** Its place in the table. */
  readonly place: number;
  /** `"name":`, and the same after a comma. */
  readonly first: Buffer;
  readonly next: Buffer;
  readonly write: WriteValue;
}

/** Those of the columns that the table has, in its order. */
export function encodedColumnsOf(
  { columns }: Relation,
  names: readonly string[],
  types: DerivedTypes,
): EncodedColumn[] {
  const wanted = new Set(names);
  return columns.flatMap(({ name, typeId }, place) => {
    if (!wanted.has(name)) return [];
    const first = `${JSON.stringify(name)}:`;
    const write = valueWriterOf(formOf(typeId, types));
    return [{ name, place, first: Buffer.from(first), next: Buffer.from(`,${first}`), write }];
  });
}

const nothing = Buffer.from("null");

/** Writes rows as JSON objects, without their braces. One such object serves all rows in turn. */
export class RowObject {
  /** Longest value in bytes; what is longer is left out and named in `tooLarge`. */
  longest = Number.POSITIVE_INFINITY;
  readonly tooLarge = new Set<string>();
  /** Names of the last row's values that were sent nowhere. */
  unchanged: string[] = [];
  readonly #writer: JsonWriter;

  constructor(writer: JsonWriter) {
    this.#writer = writer;
  }

  /** @param known has values that were not sent in `row` */
  write(row: Tuple, columns: readonly EncodedColumn[], known?: Tuple): void {
    const writer = this.#writer;
    if (this.unchanged.length > 0) this.unchanged = [];
    let isFirst = true;
    for (const column of columns) {
      const { place } = column;
      const { bytes, starts, lengths } =
        row.lengths[place] === -2 && known !== undefined ? known : row;
      const length = lengths[place] as number;
      if (length === -2) {
        this.unchanged.push(column.name);
        continue;
      }
      if (length > this.longest) {
        this.tooLarge.add(column.name);
        continue;
      }
      writer.piece(isFirst ? column.first : column.next);
      isFirst = false;
      const start = starts[place] as number;
      if (length === -1) writer.piece(nothing);
      else column.write(writer, bytes, start, start + length);
    }
  }
}

/** Whether a column has the same value in both; one that was not sent in `row` has not changed. */
export function isSame(row: Tuple, old: Tuple, column: number): boolean {
  const length = row.lengths[column] as number;
  if (length === -2) return true;
  if (length !== old.lengths[column]) return false;
  const start = row.starts[column] as number;
  const oldStart = old.starts[column] as number;
  for (let at = 0; at < length; at++) {
    if (row.bytes[start + at] !== old.bytes[oldStart + at]) return false;
  }
  return true;
}
