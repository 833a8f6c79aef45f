import type { Relation, Tuple } from "../stream/change-handler.ts";
import { type DerivedTypes, formOf, type ValueForm } from "./json-form.ts";
import { RowText } from "./row-text.ts";
import { plainForms, type ToJson, toJsonOf } from "./value-text.ts";

/** A column that goes into events. */
export interface EncodedColumn {
  readonly name: string;
  /** Its place in the table. */
  readonly place: number;
  /** `"name":`, and the same after a comma. */
  readonly first: string;
  readonly next: string;
  readonly form: ValueForm["form"];
  readonly isPlain: boolean;
  readonly toJson: ToJson;
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
    const form = formOf(typeId, types);
    const first = `${JSON.stringify(name)}:`;
    const isPlain = plainForms.has(form.form);
    const toJson = toJsonOf(form);
    return [{ name, place, first, next: `,${first}`, form: form.form, isPlain, toJson }];
  });
}

/** Writes rows as JSON objects, without their braces. One such object serves all rows in turn. */
export class RowObject {
  /** Longest value in bytes; what is longer is left out and named in `tooLarge`. */
  longest = Number.POSITIVE_INFINITY;
  readonly tooLarge = new Set<string>();
  /** Names of the last row's values that were sent nowhere. */
  unchanged: string[] = [];
  readonly #text = new RowText();

  /** @param known has values that were not sent in `row` */
  write(row: Tuple, columns: readonly EncodedColumn[], known?: Tuple): string {
    const firstColumn = columns[0];
    const lastColumn = columns[columns.length - 1];
    if (this.unchanged.length > 0) this.unchanged = [];
    if (firstColumn === undefined || lastColumn === undefined) return "";
    this.#text.use(row, firstColumn.place, lastColumn.place);
    let object = "";
    for (let each = 0; each < columns.length; each++) {
      const column = columns[each] as EncodedColumn;
      const length = row.lengths[column.place] as number;
      let value: string;
      if (length >= 0) {
        if (length > this.longest) {
          this.tooLarge.add(column.name);
          continue;
        }
        value = this.#value(column, row.starts[column.place] as number, length);
      } else if (length === -1) {
        value = "null";
      } else if (known === undefined) {
        this.unchanged.push(column.name);
        continue;
      } else {
        object = join(object, this.write(known, [column]));
        this.#text.use(row, firstColumn.place, lastColumn.place);
        continue;
      }
      object += (object === "" ? column.first : column.next) + value;
    }
    return object;
  }

  #value(column: EncodedColumn, start: number, length: number): string {
    const end = start + length;
    if (column.isPlain) return column.toJson(this.#text.ascii(start, end));
    if (column.form === "text") return this.#text.quoted(start, end);
    return column.toJson(this.#text.utf8(start, end));
  }
}

function join(object: string, more: string): string {
  return object === "" || more === "" ? object + more : `${object},${more}`;
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
