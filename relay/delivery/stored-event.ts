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
export function eventOf({ lsn, index, key: stored, event }: StoredRow): ChangeEvent {
  const json = binaryOf(event);
  // Within a string of JSON the quotes would be escaped, so this is where the data begins.
  const attributesEnd = json.indexOf(dataMark);
  if (attributesEnd === -1) throw new RangeError(`not an event: ${lsn}:${index}`);
  const attributes = `${json.slice(0, attributesEnd)}}`;
  const { type, time }: { type: string; time?: string } = JSON.parse(attributes);
  const [key, keyAfter] = keysOf(stored);
  return new EncodedEvent({
    type,
    key,
    keyAfter,
    lsn: parseLsn(lsn),
    index: Number(index),
    committedAt: time === undefined ? 0 : Date.parse(time),
    json,
    attributesEnd,
  });
}
