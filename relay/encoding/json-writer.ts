import { isUtf8 } from "node:buffer";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Bytes that are kept for the next text; what a larger one needed is given back. */
const KEPT = 256 * 1024;
/** Beyond it, memory for a text grows by an eighth. */
const LARGE = 1024 * 1024;
/** Up to here a loop is faster than a call. */
const SHORT = 32;

const LARGEST_INT = 0x7fffffff;

const ESCAPED = 1;
const NOT_ASCII = 2;
const traits = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) return ESCAPED;
  return byte < 0x80 ? 0 : NOT_ASCII;
});
const escapes = Array.from({ length: 0x60 }, (_, byte) =>
  Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1)),
);

/** A text would be longer than the writer may make it. */
export class TextTooLong extends Error {}

/**
 * Writes JSON in UTF-8, one text after the other, into memory that serves all of them. Values come
 * as the bytes that the server has sent and are copied, not turned into strings.
 */
export class JsonWriter {
  /** How many bytes have been written since `start`. */
  length = 0;
  readonly #limit: number;
  #bytes = Buffer.allocUnsafeSlow(KEPT);

  /** @param limit bytes of a text */
  constructor(limit: number) {
    this.#limit = limit;
  }

  start(): void {
    if (this.#bytes.length > KEPT) this.#bytes = Buffer.allocUnsafeSlow(KEPT);
    this.length = 0;
  }

  /** What was written since `start`, a character for each byte. Ends the text. */
  toBinary(): string {
    const text = this.#bytes.toString("latin1", 0, this.length);
    // Not at the next start: that may be long after a text of many megabytes.
    this.start();
    return text;
  }

  /** ASCII text of ours. */
  ascii(text: string): void {
    const { length } = text;
    this.#reserve(length);
    if (length > SHORT) {
      this.#bytes.write(text, this.length, length, "latin1");
    } else {
      const bytes = this.#bytes;
      for (let at = 0; at < length; at++) bytes[this.length + at] = text.charCodeAt(at);
    }
    this.length += length;
  }

  /** Any text. */
  text(text: string): void {
    this.#reserve(Buffer.byteLength(text));
    this.length += this.#bytes.write(text, this.length);
  }

  /** Bytes that are JSON. */
  piece(piece: Uint8Array): void {
    this.#reserve(piece.length);
    this.#bytes.set(piece, this.length);
    this.length += piece.length;
  }

  /** An integer that is not negative. @param least zeros go before it up to so many digits */
  digits(value: number, least = 1): void {
    if (value > LARGEST_INT) {
      this.ascii(String(value).padStart(least, "0"));
      return;
    }
    let count = 1;
    for (let power = 10; value >= power; power *= 10) count++;
    if (count < least) count = least;
    this.#reserve(count);
    const bytes = this.#bytes;
    let rest = value | 0;
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const next = (rest / 10) | 0;
      bytes[at] = 48 + rest - 10 * next;
      rest = next;
    }
    this.length += count;
  }

  /** Bytes that are ASCII. */
  copy(from: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.#reserve(count);
    const bytes = this.#bytes;
    if (count > SHORT) bytes.set(from.subarray(start, end), this.length);
    else for (let at = 0; at < count; at++) bytes[this.length + at] = from[start + at] as number;
    this.length += count;
  }

  /** UTF-8 that is JSON. */
  copyJson(from: Uint8Array, start: number, end: number): void {
    const before = this.length;
    const found = this.#copyAsIs(from, start, end);
    if ((found & NOT_ASCII) !== 0) this.#requireUtf8(before);
  }

  /** ASCII that JSON does not escape, in quotes. */
  quotedCopy(from: Uint8Array, start: number, end: number): void {
    this.#quote();
    this.copy(from, start, end);
    this.#quote();
  }

  /** UTF-8 as a JSON string. */
  quoted(from: Uint8Array, start: number, end: number): void {
    this.#quote();
    const before = this.length;
    const found = this.#copyAsIs(from, start, end);
    if ((found & ESCAPED) !== 0) {
      this.length = before;
      this.#copyEscaped(from, start, end);
    }
    if ((found & NOT_ASCII) !== 0) this.#requireUtf8(before);
    this.#quote();
  }

  #quote(): void {
    this.#reserve(1);
    this.#bytes[this.length++] = QUOTE;
  }

  /** @returns the traits that its bytes have */
  #copyAsIs(from: Uint8Array, start: number, end: number): number {
    this.copy(from, start, end);
    let found = 0;
    for (let at = start; at < end; at++) found |= traits[from[at] as number] as number;
    return found;
  }

  #copyEscaped(from: Uint8Array, start: number, end: number): void {
    let plainFrom = start;
    for (let at = start; at < end; at++) {
      const byte = from[at] as number;
      if (traits[byte] !== ESCAPED) continue;
      this.copy(from, plainFrom, at);
      this.piece(escapes[byte] as Buffer);
      plainFrom = at + 1;
    }
    this.copy(from, plainFrom, end);
  }

  /** A database without an encoding may hold any bytes: what is no UTF-8 is replaced. */
  #requireUtf8(from: number): void {
    const written = this.#bytes.subarray(from, this.length);
    if (isUtf8(written)) return;
    this.length = from;
    this.text(written.toString("utf8"));
  }

  #reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.#bytes.length) return;
    if (needed > this.#limit) throw new TextTooLong();
    const room = needed > LARGE ? needed + (needed >> 3) : 2 * needed;
    const larger = Buffer.allocUnsafeSlow(room);
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
