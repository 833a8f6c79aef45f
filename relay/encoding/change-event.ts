/**
 * Where a change stands in the order of all that was committed: the LSN of its transaction's commit
 * record, and its number among all changes of that transaction, counted before any filter. It is
 * the same whenever and however often the transaction is read.
 */
export interface Position {
  readonly lsn: bigint;
  /** From 0. */
  readonly index: number;
}

/** What happened, as the last part of a CloudEvent's `type`. */
export type ChangeKind = "inserted" | "updated" | "deleted" | "truncated" | "gap" | "unencodable";

/** One event for one channel, ready to be sent: what is in it may be seen by its receiver. */
export interface ChangeEvent extends Position {
  /** `<commit LSN>:<index>`, as `0/16B3748:0`. */
  readonly id: string;
  /** As `integratedb.row.updated`. */
  readonly type: string;
  /** Events of one key are delivered in order. Opaque: a keyed hash that tells nothing of the row. */
  readonly key: string;
  /**
   * The key of the row's later events, of an update that changes the row's key; `key` is that of its
   * earlier ones. To keep the order of the row, later events of this key wait for this event.
   */
  readonly keyAfter?: string | undefined;
  /** Commit time, milliseconds since 1970. */
  readonly committedAt: number;
  /** The structured form: one JSON object, with `data`. In UTF-8, each byte a character. */
  readonly json: string;
  /** CloudEvents attributes other than `data`, as a JSON object; text. */
  readonly attributes: string;
  /** CloudEvents `data`, as a JSON object; text. */
  readonly data: string;
  /** Estimate of the memory that the event takes, in bytes. */
  readonly size: number;
}

/** The structured form of the event as text. */
export function structured({ json }: ChangeEvent): string {
  return textOf(json);
}

/** What is between the attributes and the data in the structured form. */
export const dataMark = ',"data":';

/** The structured form of attributes and data, each byte a character. */
export function jsonOf(attributes: string, data: string): string {
  return binaryOf(`${attributes.slice(0, -1)}${dataMark}${data}}`);
}

/** UTF-8 of which each byte is a character, as text. */
export function textOf(binary: string): string {
  return isAscii(binary) ? binary : Buffer.from(binary, "latin1").toString("utf8");
}

/** Text as UTF-8 of which each byte is a character. */
export function binaryOf(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text, "utf8") === text.length;
}
