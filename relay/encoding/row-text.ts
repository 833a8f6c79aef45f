import type { Tuple } from "../stream/change-handler.ts";

/** Reading a row at once pays while it is short; beyond, copying what is not asked for costs more. */
const WHOLE_ROW_BYTES = 4096;

const ESCAPED = 1;
const NOT_ASCII = 2;
const traits = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x20 || byte === 0x22 || byte === 0x5c) return ESCAPED;
  return byte < 0x80 ? 0 : NOT_ASCII;
});

/** The values of one row as strings. One such object serves all rows, one after the other. */
export class RowText {
  #bytes: Buffer = Buffer.alloc(0);
  #text = "";
  #offset = 0;

  /** Turns to the row, of which the values from column `first` to column `last` will be asked for. */
  use(row: Tuple, first: number, last: number): void {
    const start = row.starts[first] as number;
    const end = (row.starts[last] as number) + Math.max(0, row.lengths[last] as number);
    this.#bytes = row.bytes;
    this.#offset = start;
    this.#text = end - start <= WHOLE_ROW_BYTES ? row.bytes.toString("latin1", start, end) : "";
  }

  /** A value that has only ASCII characters. */
  ascii(start: number, end: number): string {
    if (this.#text === "") return this.#bytes.toString("latin1", start, end);
    return this.#text.substring(start - this.#offset, end - this.#offset);
  }

  utf8(start: number, end: number): string {
    return this.#bytes.toString("utf8", start, end);
  }

  /** A value as a JSON string. */
  quoted(start: number, end: number): string {
    const bytes = this.#bytes;
    let found = 0;
    for (let at = start; at < end; at++) found |= traits[bytes[at] as number] as number;
    if (found === 0) return `"${this.ascii(start, end)}"`;
    if (found === NOT_ASCII) return `"${this.utf8(start, end)}"`;
    return JSON.stringify(this.utf8(start, end));
  }
}
