import type { Relation, Transaction, Tuple } from "../stream/change-handler.ts";
import type { ChangeEvent, ChangeKind } from "./change-event.ts";
import { type Envelope, eventOf, typeOf } from "./envelope.ts";
import type { DerivedTypes } from "./json-form.ts";
import { keyColumnsOf, type OrderingKey, orderingKeyOf } from "./ordering-key.ts";
import { type EncodedColumn, encodedColumnsOf, isSame, RowObject } from "./row-object.ts";
import { keySubject, tableSubject } from "./subject.ts";

/** Longest `data` with all its values, in characters. */
const DATA_LIMIT = 192 * 1024 * 1024;
/** Longest value, in bytes, of data that is beyond the limit. */
const LONGEST_VALUE = 1024 * 1024;

type RowKind = Extract<ChangeKind, "inserted" | "updated" | "deleted">;

export interface RowEncoderOptions {
  readonly envelope: Envelope;
  readonly types: DerivedTypes;
  /** The primary key's columns; only asked of tables under replica identity full. Default: none. */
  readonly primaryKey?: readonly string[];
}

/**
 * Makes the events of one table for all receivers that may read the same columns of it. Compiled for
 * a description of the table: a new one needs a new encoder.
 */
export class RowEncoder {
  readonly #envelope: Envelope;
  readonly #columns: readonly EncodedColumn[];
  /** Those of a row that is no more that the replica identity gives. */
  readonly #oldColumns: readonly EncodedColumn[];
  readonly #isOldFull: boolean;
  readonly #keyOf: OrderingKey;
  /** Empty unless the receivers may read all of them. */
  readonly #subjectColumns: readonly number[];
  readonly #subject: string;
  readonly #table: string;
  readonly #fixed: Readonly<Record<RowKind, string>>;
  readonly #object = new RowObject();

  /** @param names of the columns that the receivers may read; what the table lacks is no part */
  constructor(
    relation: Relation,
    names: readonly string[],
    { envelope, types, primaryKey = [] }: RowEncoderOptions,
  ) {
    const { schema, name, columns } = relation;
    const key = keyColumnsOf(relation, primaryKey);
    this.#envelope = envelope;
    this.#columns = encodedColumnsOf(relation, names, types);
    this.#oldColumns = this.#columns.filter(({ place }) => columns[place]?.isKey);
    this.#isOldFull = relation.replicaIdentity === "f";
    this.#keyOf = orderingKeyOf(relation, key, envelope.keySecret);
    const readable = new Set(this.#columns.map(({ place }) => place));
    this.#subjectColumns = key.every((place) => readable.has(place)) ? key : [];
    this.#subject = tableSubject(relation);
    this.#table = `{"table":${JSON.stringify({ schema, name })},`;
    this.#fixed = {
      inserted: envelope.fixedAttributes("inserted"),
      updated: envelope.fixedAttributes("updated"),
      deleted: envelope.fixedAttributes("deleted"),
    };
  }

  /** @param known has values that are not sent in `row`, as of an update that enters a condition */
  inserted(transaction: Transaction, index: number, row: Tuple, known?: Tuple): ChangeEvent {
    const old = this.#isOldFull ? known : undefined;
    const data = this.#data(row, undefined, old);
    return this.#event("inserted", transaction, index, data, row, old, this.#keyOf(row, known));
  }

  /** @param old as the stream has it: the key's values if they changed, or the whole row */
  updated(
    transaction: Transaction,
    index: number,
    row: Tuple,
    old: Tuple | undefined,
  ): ChangeEvent {
    const data = this.#data(row, old, this.#isOldFull ? old : undefined);
    const after = this.#keyOf(row, old);
    const key = old === undefined ? after : this.#keyOf(old);
    const event = this.#event("updated", transaction, index, data, row, old, key);
    return key === after ? event : { ...event, keyAfter: after };
  }

  /** @param old as the stream has it: the key's values, or the whole row */
  deleted(transaction: Transaction, index: number, old: Tuple): ChangeEvent {
    const data = this.#data(undefined, old, undefined);
    return this.#event("deleted", transaction, index, data, old, undefined, this.#keyOf(old));
  }

  #event(
    kind: RowKind,
    transaction: Transaction,
    index: number,
    data: string,
    row: Tuple,
    known: Tuple | undefined,
    key: string,
  ): ChangeEvent {
    const text = this.#envelope.textOf(transaction);
    return eventOf(transaction, text, index, {
      type: typeOf(kind),
      fixed: this.#fixed[kind],
      key,
      subject: this.#subject + keySubject(row, this.#subjectColumns, known),
      data: `${this.#table}${data}${text.data}${index}}`,
    });
  }

  /** What `data` has between the table and the transaction. */
  #data(row: Tuple | undefined, old: Tuple | undefined, known: Tuple | undefined): string {
    try {
      const data = this.#members(row, old, known);
      if (data.length <= DATA_LIMIT) return data;
    } catch (error) {
      if (!isTooLong(error)) throw error;
    }
    return this.#shortened(row, old, known);
  }

  #members(row: Tuple | undefined, old: Tuple | undefined, known: Tuple | undefined): string {
    let members = "";
    if (row !== undefined) {
      members = `"new":{${this.#object.write(row, this.#columns, known)}},`;
      const { unchanged } = this.#object;
      if (unchanged.length > 0) members += `"unchanged":${JSON.stringify(unchanged)},`;
    }
    if (old === undefined) return members;
    members += `"old":{${this.#object.write(old, this.#oldColumns)}},`;
    return row !== undefined && this.#isOldFull ? members + this.#changed(row, old) : members;
  }

  #changed(row: Tuple, old: Tuple): string {
    const changed = this.#columns.filter(({ place }) => !isSame(row, old, place));
    return `"changed":${JSON.stringify(changed.map(({ name }) => name))},`;
  }

  /** Without the values that no JSON text could hold, which are named instead. */
  #shortened(row: Tuple | undefined, old: Tuple | undefined, known: Tuple | undefined): string {
    const object = this.#object;
    object.longest = LONGEST_VALUE;
    const members = this.#members(row, old, known);
    const tooLarge = JSON.stringify([...object.tooLarge]);
    object.longest = Number.POSITIVE_INFINITY;
    object.tooLarge.clear();
    return `${members}"tooLarge":${tooLarge},`;
  }
}

/** Whether a string would be longer than V8 can have it. */
function isTooLong(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? error.code : undefined;
  return code === "ERR_STRING_TOO_LONG" || error.message === "Invalid string length";
}
