import type { Relation, Transaction, Tuple } from "../stream/change-handler.ts";
import type { ChangeEvent, ChangeKind } from "./change-event.ts";
import { EncodedEvent } from "./encoded-event.ts";
import { dataStart, type Envelope, subjectStart, typeOf } from "./envelope.ts";
import type { DerivedTypes } from "./json-form.ts";
import { TextTooLong } from "./json-writer.ts";
import { keyColumnsOf, type OrderingKey, orderingKeyOf } from "./ordering-key.ts";
import { type EncodedColumn, encodedColumnsOf, isSame, RowObject } from "./row-object.ts";
import { tableSubject, writeKeySubject } from "./subject.ts";

/** Longest value, in bytes, of an event that would be too long with all its values. */
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
  readonly #subject: Buffer;
  readonly #dataStart: Buffer;
  readonly #fixed: Readonly<Record<RowKind, Buffer>>;
  readonly #object: RowObject;

  /** @param names of the columns that the receivers may read; what the table lacks is no part */
  constructor(
    relation: Relation,
    names: readonly string[],
    { envelope, types, primaryKey = [] }: RowEncoderOptions,
  ) {
    const { schema, name, columns } = relation;
    const key = keyColumnsOf(relation, primaryKey);
    this.#envelope = envelope;
    this.#object = new RowObject(envelope.writer);
    this.#columns = encodedColumnsOf(relation, names, types);
    this.#oldColumns = this.#columns.filter(({ place }) => columns[place]?.isKey);
    this.#isOldFull = relation.replicaIdentity === "f";
    this.#keyOf = orderingKeyOf(relation, key, envelope.keySecret);
    const readable = new Set(this.#columns.map(({ place }) => place));
    this.#subjectColumns = key.every((place) => readable.has(place)) ? key : [];
    this.#subject = subjectStart(tableSubject(relation));
    this.#dataStart = dataStart(`"table":${JSON.stringify({ schema, name })},`);
    this.#fixed = {
      inserted: Buffer.from(envelope.fixedAttributes("inserted")),
      updated: Buffer.from(envelope.fixedAttributes("updated")),
      deleted: Buffer.from(envelope.fixedAttributes("deleted")),
    };
  }

  /** @param known has values that are not sent in `row`, as of an update that enters a condition */
  inserted(transaction: Transaction, index: number, row: Tuple, known?: Tuple): ChangeEvent {
    const key = this.#keyOf(row, known);
    const values = { row, old: undefined, known: this.#isOldFull ? known : undefined };
    return this.#event("inserted", transaction, index, key, undefined, values);
  }

  /** @param old as the stream has it: the key's values if they changed, or the whole row */
  updated(
    transaction: Transaction,
    index: number,
    row: Tuple,
    old: Tuple | undefined,
  ): ChangeEvent {
    const after = this.#keyOf(row, old);
    const key = old === undefined ? after : this.#keyOf(old);
    const values = { row, old, known: this.#isOldFull ? old : undefined };
    return this.#event(
      "updated",
      transaction,
      index,
      key,
      key === after ? undefined : after,
      values,
    );
  }

  /** @param old as the stream has it: the key's values, or the whole row */
  deleted(transaction: Transaction, index: number, old: Tuple): ChangeEvent {
    const values = { row: undefined, old, known: undefined };
    return this.#event("deleted", transaction, index, this.#keyOf(old), undefined, values);
  }

  #event(
    kind: RowKind,
    transaction: Transaction,
    index: number,
    key: string,
    keyAfter: string | undefined,
    values: Values,
  ): ChangeEvent {
    const { commitLsn: lsn, committedAt } = transaction;
    const fixed = this.#fixed[kind];
    const envelope = this.#envelope;
    envelope.begin(transaction, index, fixed, key, this.#subject);
    const { row, old } = values;
    writeKeySubject(envelope.writer, (row ?? old) as Tuple, this.#subjectColumns, old);
    const attributesEnd = envelope.beginData(this.#dataStart);
    this.#writeData(values);
    const json = envelope.end(transaction, index);
    const type = types[kind];
    return new EncodedEvent({ lsn, index, type, key, keyAfter, committedAt, json, attributesEnd });
  }

  /** What `data` has up to the transaction. */
  #writeData(values: Values): void {
    const { writer } = this.#envelope;
    const start = writer.length;
    try {
      this.#writeMembers(values);
    } catch (error) {
      if (!(error instanceof TextTooLong)) throw error;
      writer.length = start;
      this.#writeShortened(values);
    }
  }

  #writeMembers({ row, old, known }: Values): void {
    const { writer } = this.#envelope;
    if (row !== undefined) {
      writer.piece(newStart);
      this.#object.write(row, this.#columns, known);
      writer.piece(rowEnd);
      const { unchanged } = this.#object;
      if (unchanged.length > 0) writer.text(`"unchanged":${JSON.stringify(unchanged)},`);
    }
    if (old === undefined) return;
    writer.piece(oldStart);
    this.#object.write(old, this.#oldColumns);
    writer.piece(rowEnd);
    if (row !== undefined && this.#isOldFull) this.#writeChanged(row, old);
  }

  #writeChanged(row: Tuple, old: Tuple): void {
    const changed = this.#columns.filter(({ place }) => !isSame(row, old, place));
    const names = JSON.stringify(changed.map(({ name }) => name));
    this.#envelope.writer.text(`"changed":${names},`);
  }

  /** Without the values that are too long, which are named instead. */
  #writeShortened(values: Values): void {
    const object = this.#object;
    object.longest = LONGEST_VALUE;
    try {
      this.#writeMembers(values);
      this.#envelope.writer.text(`"tooLarge":${JSON.stringify([...object.tooLarge])},`);
    } finally {
      object.longest = Number.POSITIVE_INFINITY;
      object.tooLarge.clear();
    }
  }
}

/** The values of a change. */
interface Values {
  readonly row: Tuple | undefined;
  readonly old: Tuple | undefined;
  /** Has values that were not sent in `row`. */
  readonly known: Tuple | undefined;
}

const types: Readonly<Record<RowKind, string>> = {
  inserted: typeOf("inserted"),
  updated: typeOf("updated"),
  deleted: typeOf("deleted"),
};
const newStart = Buffer.from('"new":{');
const oldStart = Buffer.from('"old":{');
const rowEnd = Buffer.from("},");
