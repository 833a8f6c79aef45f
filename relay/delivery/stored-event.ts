import { binaryOf, type ChangeEvent, dataMark } from "../encoding/change-event.ts";
import { EncodedEvent } from "../encoding/encoded-event.ts";
import { parseLsn } from "../stream/lsn.ts";

/** An event as a table keeps it. */
export interface StoredRow {
  readonly lsn: string;
  readonly index: string;
  readonly key: string;
  readonly event: string;
}

/** `key` of an event in a table: the key, and after a space the one of the row's later events. */
export function storedKey({ key, keyAfter }: ChangeEvent): string {
  return keyAfter === undefined ? key : `${key} ${keyAfter}`;
}

/** The two keys of `storedKey`. */
export function keysOf(stored: string): readonly [key: string, keyAfter: string | undefined] {
  const space = stored.indexOf(" ");
  return space === -1 ? [stored, undefined] : [stored.slice(0, space), stored.slice(space + 1)];
}

/** The event that was stored; what it holds is the same text, byte for byte. */
export function eventOf(row: StoredRow): ChangeEvent {
  return eventOfBinary(row, binaryOf(row.event));
}

/** @param json the structured form, each byte of its UTF-8 a character */
export function eventOfBinary(row: Omit<StoredRow, "event">, json: string): ChangeEvent {
  // Within a string of JSON the quotes would be escaped, so this is where the data begins.
  const attributesEnd = json.indexOf(dataMark);
  if (attributesEnd === -1) throw new RangeError(`not an event: ${row.lsn}:${row.index}`);
  const event = json.slice(0, attributesEnd + dataMark.length);
  return new EncodedEvent({ ...partsOf({ ...row, event }), json, attributesEnd });
}

/** What can be told of an event from its attributes, or the beginning of it. */
export function partsOf({ lsn, index, key: stored, event }: StoredRow) {
  const [key, keyAfter] = keysOf(stored);
  const { type, time } = attributesIn(event);
  return {
    type,
    key,
    keyAfter,
    lsn: parseLsn(lsn),
    index: Number(index),
    committedAt: time === undefined ? 0 : Date.parse(time),
  };
}

function attributesIn(start: string): { readonly type: string; readonly time?: string } {
  const end = start.indexOf(dataMark);
  // Of a key of thousands of characters: what is needed stands before it.
  const attributes =
    end === -1 ? start.slice(0, start.indexOf(',"subject":')) : start.slice(0, end);
  return JSON.parse(`${attributes}}`);
}
