import { type ArrayItem, parseArray } from "./array-text.ts";
import type { JsonForm, ValueForm } from "./json-form.ts";

/** Turns a value as Postgres writes it to JSON text. */
export type ToJson = (text: string) => string;

const quoted: ToJson = (text) => `"${text}"`;

const writers: Readonly<Record<JsonForm, ToJson>> = {
  boolean: (text) => (text === "t" ? "true" : "false"),
  number: (text) => text,
  plain: quoted,
  float: (text) => (isDigit(text.charCodeAt(text.length - 1)) ? text : quoted(text)),
  timestamptz: instantToJson,
  timestamp: (text) => quoted(withT(text)),
  // From the form \xdeadbeef.
  bytes: (text) => quoted(Buffer.from(text.slice(2), "hex").toString("base64")),
  json: (text) => text,
  text: (text) => JSON.stringify(text),
};

/** How values of a form become JSON text. */
export function toJsonOf(form: ValueForm): ToJson {
  if (form.form !== "array") return writers[form.form];
  const element = toJsonOf(form.element);
  const items = (list: readonly ArrayItem[]): string => `[${list.map(item).join(",")}]`;
  const item = (value: ArrayItem): string => {
    if (value === null) return "null";
    return typeof value === "string" ? element(value) : items(value);
  };
  return (text) => {
    try {
      return items(parseArray(text, form.delimiter));
    } catch (error) {
      // A type of an extension that only looks like an array: its text, as of all types that are unknown.
      if (error instanceof RangeError) return JSON.stringify(text);
      throw error;
    }
  };
}

function instantToJson(text: string): string {
  // Sessions of the relay have time zone UTC: `2026-07-20 10:11:12.5+00`.
  if (text.endsWith("+00")) return `"${withT(text.slice(0, -3))}Z"`;
  if (text.endsWith("+00 BC")) return `"${withT(text.slice(0, -6))}Z BC"`;
  return quoted(withT(text));
}

function withT(text: string): string {
  // Years beyond 9999 move the space between date and time.
  const space = text.charCodeAt(10) === 32 ? 10 : text.search(/ \d/);
  return space === -1 ? text : `${text.slice(0, space)}T${text.slice(space + 1)}`;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
