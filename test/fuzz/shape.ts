/** What a column is, or must be at least. What is undefined is not required. */
export interface Shape {
  /** The name of the type as Postgres prints it, without its size: `character varying[]`. */
  type?: string;
  /** Of character and bit types. `Infinity` where there is no limit. */
  length?: number;
  /** Digits before the point, of numeric; `Infinity` where there is no limit. */
  wholeDigits?: number;
  /** Digits after the point, of numeric; `Infinity` where there is no limit. */
  scale?: number;
  /** Digits of the seconds, of times. */
  seconds?: number;
  nullable?: boolean;
  /** Labels, checks, attributes, collation: whatever else the values are made of. */
  definition?: string;
}

export type Difference = "type" | "length" | "precision" | "scale" | "nullability" | "definition";

const sized =
  /^(character varying|character|bit varying|bit|numeric)(?:\((\d+)(?:,\s*(-?\d+))?\))?((?:\[\])*)$/;
const timed = /^(timestamp|time)(?:\((\d)\))?( with time zone| without time zone)((?:\[\])*)$/;

/** The shape of a type that is written as `format_type` prints it. */
export function shapeOf(text: string): Shape {
  const time = timed.exec(text);
  if (time) {
    const [, name = "", seconds = "6", zone = "", array = ""] = time;
    return { type: name + zone + array, seconds: Number(seconds) };
  }
  const size = sized.exec(text.replace(/^bpchar/, "character"));
  if (!size) return { type: text };
  const [, name = "", first, second = "0", array = ""] = size;
  const type = name + array;
  if (name !== "numeric") return { type, length: first ? Number(first) : Number.POSITIVE_INFINITY };
  if (!first) {
    return { type, wholeDigits: Number.POSITIVE_INFINITY, scale: Number.POSITIVE_INFINITY };
  }
  return { type, wholeDigits: Number(first) - Number(second), scale: Number(second) };
}

const aliases: Readonly<Record<string, string>> = {
  int: "integer",
  int4: "integer",
  int8: "bigint",
  int2: "smallint",
  bool: "boolean",
  float8: "double precision",
  float4: "real",
  varchar: "character varying",
  char: "character",
  varbit: "bit varying",
  decimal: "numeric",
};

/** Friendly spellings of a type, itself included, as people write it in a spec. */
export function spellings(text: string): string[] {
  const friendly = Object.entries(aliases)
    .filter(([, name]) => new RegExp(`^${name}(?![ \\w])`).test(text))
    .map(([alias, name]) => alias + text.slice(name.length));
  const time = timed.exec(text);
  if (time) {
    const [, name = "", seconds, zone, array = ""] = time;
    const size = seconds ? `(${seconds})` : "";
    friendly.push(name + (zone === " with time zone" ? "tz" : "") + size + array);
  }
  return [text, ...friendly];
}

/** What a claim states with `type`; what has no size in it leaves the size open. */
export function statedShape(spelling: string): Shape {
  const array = /(\[\])*$/.exec(spelling)?.[0] ?? "";
  const plain = spelling.slice(0, spelling.length - array.length);
  const [, name = "", size = "", rest = ""] = /^([^(]*)(\([^)]*\))?(.*)$/.exec(plain) ?? [];
  const shape = shapeOf(canonical(name, size, rest) + array);
  if (size) return shape;
  return shape.type === undefined ? {} : { type: shape.type };
}

function canonical(name: string, size: string, rest: string): string {
  const time = /^(timestamp|time)(tz)?$/.exec(name);
  if (time && rest === "") return `${time[1]}${size} ${time[2] ? "with" : "without"} time zone`;
  return (aliases[name] ?? name) + size + rest;
}

/** Everything in which `actual` is less than, or other than, what is required. */
export function differences(required: Shape, actual: Shape): Difference[] {
  const found: Difference[] = [];
  if (required.type !== undefined && required.type !== actual.type) found.push("type");
  else {
    if (isLess(actual.length, required.length)) found.push("length");
    if (isLess(actual.wholeDigits, required.wholeDigits)) found.push("precision");
    if (isLess(actual.seconds, required.seconds)) found.push("precision");
    if (isLess(actual.scale, required.scale)) found.push("scale");
    if (required.definition !== undefined && required.definition !== actual.definition) {
      found.push("definition");
    }
  }
  if (required.nullable === false && actual.nullable) found.push("nullability");
  return found;
}

function isLess(actual: number | undefined, required: number | undefined): boolean {
  // A type without a size has room for everything.
  return required !== undefined && actual !== undefined && actual < required;
}
