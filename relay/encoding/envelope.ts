import type { Relation, Transaction } from "../stream/change-handler.ts";
import { formatLsn } from "../stream/lsn.ts";
import { type ChangeEvent, type ChangeKind, dataMark } from "./change-event.ts";
import { EncodedEvent } from "./encoded-event.ts";
import { JsonWriter } from "./json-writer.ts";
import { orderingKeyOf } from "./ordering-key.ts";
import { tableSubject } from "./subject.ts";
import { type TransactionText, timeText, transactionText } from "./transaction-text.ts";

/** `dataschema` of every event: the part of schema/event.json that describes `data`. */
const DATA_SCHEMA = "urn:integratedb:event:1#data";

/** Bytes of the longest event. */
const LONGEST_EVENT = 192 * 1024 * 1024;

export interface EnvelopeOptions {
  /** CloudEvents' `source`, a URI reference. */
  readonly source: string;
  /** At least 16 random bytes; keys are the same as long as it is. */
  readonly keySecret: Uint8Array;
}

/** What events have around their data: the attributes of CloudEvents 1.0. */
export class Envelope {
  readonly keySecret: Uint8Array;
  /** What all encoders write with, one event after the other. */
  readonly writer = new JsonWriter(LONGEST_EVENT);
  readonly #source: string;
  #transaction: Transaction | undefined;
  #text: TransactionText | undefined;

  constructor({ source, keySecret }: EnvelopeOptions) {
    this.#source = source;
    this.keySecret = keySecret;
  }

  /** The attributes that only depend on the kind of event, up to the value of the key. */
  fixedAttributes(kind: ChangeKind): string {
    const fixed = {
      source: this.#source,
      type: typeOf(kind),
      datacontenttype: "application/json",
      dataschema: DATA_SCHEMA,
      partitionkey: "",
    };
    return JSON.stringify(fixed).slice(1, -2);
  }

  textOf(transaction: Transaction): TransactionText {
    if (transaction === this.#transaction && this.#text !== undefined) return this.#text;
    this.#transaction = transaction;
    this.#text = transactionText(transaction);
    return this.#text;
  }

  /**
   * Begins an event with its attributes.
   *
   * @param subject the whole of it, or its beginning: ASCII that JSON does not escape
   */
  begin(
    transaction: Transaction,
    index: number,
    fixed: Uint8Array,
    key: string,
    subject: Uint8Array,
  ): void {
    const { writer } = this;
    const text = this.textOf(transaction);
    writer.start();
    writer.piece(text.id);
    writer.digits(index);
    writer.piece(text.sequence);
    writer.digits(index, 10);
    writer.piece(text.time);
    writer.piece(fixed);
    writer.ascii(key);
    writer.piece(subject);
  }

  /** Ends the attributes. @returns where */
  beginData(start: Uint8Array): number {
    const attributesEnd = this.writer.length + 1;
    this.writer.piece(start);
    return attributesEnd;
  }

  /** Ends the data and the event, after all other members of the data. */
  end(transaction: Transaction, index: number): string {
    const { writer } = this;
    writer.piece(this.textOf(transaction).data);
    writer.digits(index);
    writer.piece(eventEnd);
    return writer.toBinary();
  }

  /** That a table was emptied. `index`: of several tables of one TRUNCATE, each has its own. */
  truncated(transaction: Transaction, index: number, relation: Relation): ChangeEvent {
    const { schema, name } = relation;
    const { commitLsn: lsn, committedAt } = transaction;
    const key = orderingKeyOf(relation, [], this.keySecret)(emptyRow);
    const fixed = Buffer.from(this.fixedAttributes("truncated"));
    this.begin(transaction, index, fixed, key, subjectStart(tableSubject(relation)));
    const table = `"table":${JSON.stringify({ schema, name })},`;
    const attributesEnd = this.beginData(dataStart(table));
    const json = this.end(transaction, index);
    const type = typeOf("truncated");
    return new EncodedEvent({ lsn, index, type, key, committedAt, json, attributesEnd });
  }

  /** That changes may have been missed, which no later event makes up for. */
  gap({ after, until, reason, noticedAt }: Gap): ChangeEvent {
    const transaction = { commitLsn: until, committedAt: noticedAt, xid: 0 };
    const gap = { afterLsn: formatLsn(after), untilLsn: formatLsn(until), reason };
    const fixed = Buffer.from(this.fixedAttributes("gap"));
    this.begin(transaction, 0, fixed, "gap", subjectStart("gap"));
    const place = `"commitLsn":"${gap.untilLsn}","commitTime":"${timeText(noticedAt)}","index":0`;
    const members = `"gap":${JSON.stringify(gap)},${place}}}`;
    const attributesEnd = this.beginData(dataStart(members));
    return new EncodedEvent({
      lsn: until,
      index: 0,
      type: typeOf("gap"),
      key: "gap",
      committedAt: noticedAt,
      json: this.writer.toBinary(),
      attributesEnd,
    });
  }
}

/** A stretch of the WAL that was not read. */
export interface Gap {
  /** The position up to which all was delivered. */
  readonly after: bigint;
  /** The position from which on all is delivered again. */
  readonly until: bigint;
  /** For people. */
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly noticedAt: number;
}

export function typeOf(kind: ChangeKind): string {
  if (kind === "gap" || kind === "unencodable") return `integratedb.${kind}`;
  return kind === "truncated" ? "integratedb.table.truncated" : `integratedb.row.${kind}`;
}

/** From behind the key up to the end of what is known of the subject. */
export function subjectStart(subject: string): Buffer {
  return Buffer.from(`","subject":"${subject}`);
}

/** From behind the subject up to the end of what is known of the data. */
export function dataStart(members: string): Buffer {
  return Buffer.from(`"${dataMark}{${members}`);
}

const eventEnd = Buffer.from("}}");

const emptyRow = {
  bytes: Buffer.alloc(0),
  starts: new Int32Array(0),
  lengths: new Int32Array(0),
  count: 0,
  size: 0,
};
