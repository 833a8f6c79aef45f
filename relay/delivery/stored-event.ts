import type { ChangeEvent } from "../encoding/change-event.ts";
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
  // Within a string of JSON the quotes would be escaped, so this is where the data begins.
  const at = event.indexOf(',"data":');
  if (at === -1) throw new RangeError(`not an event: ${lsn}:${index}`);
  const attributes = `${event.slice(0, at)}}`;
  const { id, type, time }: { id: string; type: string; time?: string } = JSON.parse(attributes);
  const [key, keyAfter] = keysOf(stored);
  return {
    id,
    type,
    key,
    ...(keyAfter !== undefined && { keyAfter }),
    lsn: parseLsn(lsn),
    index: Number(index),
    committedAt: time === undefined ? 0 : Date.parse(time),
    attributes,
    data: event.slice(at + 8, -1),
    size: event.length + overhead,
  };
}

/** Estimate of the bytes that an event takes beside its text. */
const overhead = 250;
