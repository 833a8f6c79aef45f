import type { Relation, Tuple } from "../stream/change-handler.ts";
import type { JsonWriter } from "./json-writer.ts";

/** `source` of the events of a database, unless it is configured. */
export function sourceOf(database: string): string {
  return `/integratedb/${encodeURIComponent(database)}`;
}

/**
 * The table as CloudEvents' `subject`: `public.orders`. A dot within a name is %2E, and all that a
 * part of a URL's path cannot hold is percent-encoded, so that it can be taken apart.
 */
export function tableSubject({ schema, name }: Pick<Relation, "schema" | "name">): string {
  return `${encoded(schema).replaceAll(".", "%2E")}.${encoded(name).replaceAll(".", "%2E")}`;
}

/** Writes the values of a row's key, each after a slash: `/1042`, or `/NL/1042`. */
export function writeKeySubject(
  writer: JsonWriter,
  row: Tuple,
  keyColumns: readonly number[],
  fallback?: Tuple,
): void {
  for (const column of keyColumns) {
    const { bytes, starts, lengths } =
      row.lengths[column] === -2 && fallback !== undefined ? fallback : row;
    const start = starts[column] as number;
    const end = start + Math.max(0, lengths[column] as number);
    writer.piece(slash);
    if (isUnreserved(bytes, start, end)) writer.copy(bytes, start, end);
    else writer.ascii(encodeURIComponent(bytes.toString("utf8", start, end)));
  }
}

const slash = Buffer.from("/");
const unreserved = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\w.~-]/.test(String.fromCharCode(byte)) && byte < 0x80 ? 1 : 0,
);

function isUnreserved(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (unreserved[bytes[at] as number] === 0) return false;
  return true;
}

function encoded(text: string): string {
  return /^[\w.~-]*$/.test(text) ? text : encodeURIComponent(text);
}
