/** How a value of a type is written in JSON. */
export type JsonForm =
  | "boolean"
  | "number"
  | "float"
  | "plain"
  | "timestamptz"
  | "timestamp"
  | "bytes"
  | "json"
  | "text";

/** Built-in types that share a form; docs/receivers.md has a table made of these rows. */
interface FormEntry {
  readonly form: JsonForm;
  /** Names and OIDs, which are the same in every database. */
  readonly types: Readonly<Record<string, number>>;
  readonly json: string;
  /** Values as JSON. */
  readonly examples: readonly string[];
}

/** The form of each built-in type that is not simply Postgres's text. */
export const jsonForms: readonly FormEntry[] = [
  { form: "boolean", types: { boolean: 16 }, json: "boolean", examples: ["true"] },
  {
    form: "number",
    types: { smallint: 21, integer: 23 },
    json: "number",
    examples: ["42", "-7"],
  },
  {
    form: "plain",
    types: { bigint: 20, numeric: 1700 },
    json: "string, since many JSON readers would round a number",
    examples: ['"9007199254740993"', '"10.50"', '"NaN"'],
  },
  {
    form: "float",
    types: { real: 700, "double precision": 701 },
    json: "number with all digits that matter; the three values that JSON lacks are strings",
    examples: ["0.1", "1e+20", '"NaN"', '"Infinity"', '"-Infinity"'],
  },
  {
    form: "timestamptz",
    types: { "timestamp with time zone": 1184 },
    json: "string, ISO 8601 in UTC, up to microseconds",
    examples: [
      '"2026-07-20T10:11:12.123456Z"',
      '"infinity"',
      '"-infinity"',
      '"0044-03-15T00:00:00Z BC"',
    ],
  },
  {
    form: "timestamp",
    types: { "timestamp without time zone": 1114 },
    json: "string, ISO 8601 without a zone, up to microseconds",
    examples: ['"2026-07-20T10:11:12.123456"', '"infinity"', '"0044-03-15T00:00:00 BC"'],
  },
  {
    form: "plain",
    types: {
      date: 1082,
      "time without time zone": 1083,
      "time with time zone": 1266,
      interval: 1186,
    },
    json: "string, ISO 8601",
    examples: ['"2026-07-20"', '"infinity"', '"10:11:12.123456"', '"10:11:12+02"', '"P1Y2M3DT4H"'],
  },
  { form: "plain", types: { uuid: 2950 }, json: "string", examples: [] },
  { form: "bytes", types: { bytea: 17 }, json: "string, base64", examples: ['"3q2+7w=="'] },
  {
    form: "json",
    types: { json: 114, jsonb: 3802 },
    json: "the value itself, as it is stored",
    examples: ['{"a": [1, null]}'],
  },
];

/** What the catalog of the database tells of a type that is made of another. */
export type DerivedType =
  | { readonly kind: "domain"; readonly base: number }
  | { readonly kind: "array"; readonly element: number; readonly delimiter: string };

/** Knows the arrays and domains of the database. */
export interface DerivedTypes {
  get(typeId: number): DerivedType | undefined;
}

/** The form of a value, or of the elements of an array of any number of dimensions. */
export type ValueForm =
  | { readonly form: JsonForm }
  | { readonly form: "array"; readonly element: ValueForm; readonly delimiter: string };

const builtIn: ReadonlyMap<number, JsonForm> = new Map(
  jsonForms.flatMap(({ form, types }) => Object.values(types).map((typeId) => [typeId, form])),
);

/** The form of a type; a domain has that of its base, and what is not known that of text. */
export function formOf(typeId: number, types: DerivedTypes): ValueForm {
  const form = builtIn.get(typeId);
  if (form !== undefined) return { form };
  const derived = types.get(typeId);
  if (derived === undefined) return { form: "text" };
  if (derived.kind === "domain") return formOf(derived.base, types);
  const { element, delimiter } = derived;
  return { form: "array", element: formOf(element, types), delimiter };
}
