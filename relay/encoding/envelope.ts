import type { Relation, Transaction } from "../stream/change-handler.ts";
import { formatLsn } from "../stream/lsn.ts";
import type { ChangeEvent, ChangeKind } from "./change-event.ts";
import { orderingKeyOf } from "./ordering-key.ts";
import { tableSubject } from "./subject.ts";
import { padded, type TransactionText, timeText, transactionText } from "./transaction-text.ts";

/** `dataschema` of every event: the part of schema/event.json that describes `data`. */
const DATA_SCHEMA = "urn:integratedb:event:1#data";

/** Objects and the unflattened parts of two texts of an event, in bytes. */
const OVERHEAD = 1200;

export interface EnvelopeOptions {
  /** CloudEvents' `source`, a URI reference. */
  readonly source: string;
  /** At least 16 random bytes; keys are the same as long as it is. */
  readonly keySecret: Uint8Array;
}

/** What events have around their data: the attributes of CloudEvents 1.0. */
export class Envelope {
  readonly keySecret: Uint8Array;
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

  /** That a table was emptied. `index`: of several tables of one TRUNCATE, each has its own. */
  truncated(transaction: Transaction, index: number, relation: Relation): ChangeEvent {
    const { schema, name } = relation;
    const text = this.textOf(transaction);
    const key = orderingKeyOf(relation, [], this.keySecret)(emptyRow);
    const table = JSON.stringify({ schema, name });
    return eventOf(transaction, text, index, {
      type: typeOf("truncated"),
      fixed: this.fixedAttributes("truncated"),
      key,
      subject: tableSubject(relation),
      data: `{"table":${table},${text.data}${index}}`,
    });
  }

  /** That changes may have been missed, which no later event makes up for. */
  gap({ after, until, reason, noticedAt }: Gap): ChangeEvent {
    const transaction = { commitLsn: until, committedAt: noticedAt, xid: 0 };
    const gap = { afterLsn: formatLsn(after), untilLsn: formatLsn(until), reason };
    const place = `"commitLsn":"${gap.untilLsn}","commitTime":"${timeText(noticedAt)}","index":0`;
    return eventOf(transaction, transactionText(transaction), 0, {
      type: typeOf("gap"),
      fixed: this.fixedAttributes("gap"),
      key: "gap",
      subject: "gap",
      data: `{"gap":${JSON.stringify(gap)},${place}}`,
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
  if (kind === "gap") return "integratedb.gap";
  return kind === "truncated" ? "integratedb.table.truncated" : `integratedb.row.${kind}`;
}

interface EventParts {
  readonly type: string;
  readonly fixed: string;
  readonly key: string;
  /** Free of what JSON escapes. */
  readonly subject: string;
  readonly data: string;
}

export function eventOf(
  { commitLsn, committedAt }: Transaction,
  text: TransactionText,
  index: number,
  { type, fixed, key, subject, data }: EventParts,
): ChangeEvent {
  const attributes = `${text.id}${index}${text.sequence}${padded(index)}${text.time}${fixed}${key}","subject":"${subject}"}`;
  return {
    lsn: commitLsn,
    index,
    id: `${text.lsn}:${index}`,
    type,
    key,
    committedAt,
    attributes,
    data,
    size: attributes.length + data.length + OVERHEAD,
  };
}

const emptyRow = {
  bytes: Buffer.alloc(0),
  starts: new Int32Array(0),
  lengths: new Int32Array(0),
  count: 0,
};
