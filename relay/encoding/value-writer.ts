import type { JsonForm, ValueForm } from "./json-form.ts";
import type { JsonWriter } from "./json-writer.ts";
import { toJsonOf } from "./value-text.ts";

/** Writes a value, in UTF-8 as Postgres has it between `start` and `end`, as JSON. */
export type WriteValue = (writer: JsonWriter, bytes: Buffer, start: number, end: number) => void;

const SPACE = 32;
const PLUS = 43;
const ZERO = 48;
const NINE = 57;
const SMALL_T = 116;

const true_ = Buffer.from("true");
const false_ = Buffer.from("false");
const quote = Buffer.from('"');
const dateEnd = Buffer.from("T");
const utcEnd = Buffer.from('Z"');

/** Those that are worth more than going through a string. */
const writers: Partial<Readonly<Record<JsonForm, WriteValue>>> = {
  boolean: (writer, bytes, start) => writer.piece(bytes[start] === SMALL_T ? true_ : false_),
  number: (writer, bytes, start, end) => writer.copy(bytes, start, end),
  plain: (writer, bytes, start, end) => writer.quotedCopy(bytes, start, end),
  float: (writer, bytes, start, end) => {
    const last = bytes[end - 1] as number;
    if (last >= ZERO && last <= NINE) writer.copy(bytes, start, end);
    else writer.quotedCopy(bytes, start, end);
  },
  json: (writer, bytes, start, end) => writer.copyJson(bytes, start, end),
  text: (writer, bytes, start, end) => writer.quoted(bytes, start, end),
};

/** How values of a form are written. */
export function valueWriterOf(form: ValueForm): WriteValue {
  const direct = form.form === "array" ? undefined : writers[form.form];
  if (direct !== undefined) return direct;
  const toJson = toJsonOf(form);
  const viaText: WriteValue = (writer, bytes, start, end) =>
    writer.text(toJson(bytes.toString("utf8", start, end)));
  if (form.form !== "timestamptz") return viaText;
  return (writer, bytes, start, end) => {
    // `2026-07-20 10:11:12.5+00`, as of nearly all of them.
    const zone = end - 3;
    if (bytes[start + 10] === SPACE && bytes[zone] === PLUS) {
      writer.piece(quote);
      writer.copy(bytes, start, start + 10);
      writer.piece(dateEnd);
      writer.copy(bytes, start + 11, zone);
      writer.piece(utcEnd);
    } else viaText(writer, bytes, start, end);
  };
}
