import { fieldsOf, migrate, noClaimStored, orders, put, putRefused } from "./build.ts";
import type { Problem, Rule, Scenario } from "./scenario.ts";

const path = "public.t";

/** A claimed column `c` of type `from`, nothing stated, that a migration turns into `to`. */
function change(from: string, to: string, verdict: Problem | "accepted", rule: Rule): Scenario {
  const migration = [`ALTER TABLE public.t ALTER COLUMN c TYPE ${to} USING NULL`];
  const setup = [`CREATE TABLE public.t (c ${from})`];
  const claims = [put(fieldsOf(path, "c"))];
  if (verdict === "accepted") {
    const back = [`ALTER TABLE public.t ALTER COLUMN c TYPE ${from} USING NULL`];
    return {
      name: `a claimed ${from} may become ${to}, and then not go back`,
      rules: [rule, "K9", "K11"],
      setup,
      claims,
      migration,
      verdict: "accepted",
      readable: { reporter: ["SELECT c FROM public.t"] },
      then: [{ migration: back, verdict: "refused", unmet: [{ path, field: "c" }] }],
    };
  }
  return {
    name: `a claimed ${from} may not become ${to}: ${verdict}`,
    rules: [rule, "K9"],
    setup,
    claims,
    migration,
    verdict: "refused",
    unmet: [{ path, field: "c", problem: verdict }],
  };
}

/** A column `c` of type `actual` that a claim may state in each of these spellings, and in no other. */
function spelled(
  actual: string,
  accepted: readonly string[],
  refused: readonly string[] = [],
): Scenario {
  const stating = (type: string) => fieldsOf(path, { name: "c", type });
  return {
    name: `a column of type ${actual} may be claimed as ${accepted.join(", ")}`,
    rules: ["F17", "K7"],
    setup: [`CREATE TABLE public.t (c ${actual})`],
    claims: refused.map((type) => putRefused(stating(type))),
    asked: [noClaimStored],
    then: [
      {
        claims: accepted.map((type) => put(stating(type))),
        readable: { reporter: ["SELECT c FROM public.t"] },
        ...migrate("refused", "ALTER TABLE public.t ALTER COLUMN c TYPE uuid USING NULL"),
        unmet: [{ path, field: "c", problem: "type", actual: /uuid/ }],
      },
    ],
  };
}

/** K9, F13 to F17: types, their sizes and their spellings. */
export const types: readonly Scenario[] = [
  change("varchar(20)", "varchar(21)", "accepted", "K9"),
  change("varchar(20)", "varchar", "accepted", "F14"),
  change("varchar(20)", "varchar(19)", "length", "K9"),
  change("varchar", "varchar(10000)", "length", "F14"),
  change("varchar(20)", "text", "type", "K9"),
  change("text", "varchar", "type", "K9"),
  change("char(5)", "char(8)", "accepted", "K9"),
  change("char(5)", "char(4)", "length", "K9"),
  change("char(5)", "varchar(5)", "type", "K9"),
  change("bit(3)", "bit(5)", "accepted", "K9"),
  change("bit(3)", "bit(2)", "length", "K9"),
  change("bit varying(3)", "bit varying", "accepted", "F14"),
  change("int", "bigint", "type", "K9"),
  change("bigint", "int", "type", "K9"),
  change("timestamp", "timestamptz", "type", "K9"),
  change("json", "jsonb", "type", "K9"),
  change("numeric(10,2)", "numeric(12,2)", "accepted", "F16"),
  change("numeric(10,2)", "numeric(12,4)", "accepted", "F16"),
  change("numeric(10,2)", "numeric", "accepted", "F16"),
  change("numeric(10,2)", "numeric(9,2)", "precision", "F16"),
  change("numeric(10,2)", "numeric(10,3)", "precision", "F16"),
  change("numeric(10,2)", "numeric(10,1)", "scale", "F16"),
  change("numeric", "numeric(1000,500)", "precision", "F16"),
  change("numeric", "numeric(10)", "precision", "F16"),
  change("timestamp(3)", "timestamp(4)", "accepted", "F16"),
  change("timestamp(3)", "timestamp", "accepted", "F16"),
  change("timestamptz(3)", "timestamptz(2)", "precision", "F16"),
  change("timestamptz", "timestamptz(5)", "precision", "F16"),
  change("time(2)", "time(6)", "accepted", "F16"),
  change("time(2)", "time(0)", "precision", "F16"),
  change("int[]", "bigint[]", "type", "F16"),
  change("int", "int[]", "type", "F16"),
  change("varchar(10)[]", "varchar(20)[]", "accepted", "F16"),
  change("varchar(20)[]", "varchar(10)[]", "length", "F16"),
  change("numeric(10,2)[]", "numeric(10,1)[]", "scale", "F16"),
  change("timestamptz(3)[]", "timestamptz(0)[]", "precision", "F16"),
  {
    name: "a timestamp of precision 6 and one without a precision are the same",
    rules: ["F16"],
    setup: ["CREATE TABLE public.t (a timestamp, b timestamptz(6))"],
    claims: [put(fieldsOf(path, "a", "b"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.t ALTER COLUMN a TYPE timestamp(6), ALTER COLUMN b TYPE timestamptz",
    ),
  },
  {
    name: "a min_length of a text column is satisfied",
    rules: ["F13"],
    setup: ["CREATE TABLE public.t (c text, d varchar, e varchar(9))"],
    claims: [
      putRefused(fieldsOf(path, { name: "e", min_length: 10 })),
      put(fieldsOf(path, { name: "c", min_length: 1000 }, { name: "d", min_length: 1000 })),
    ],
    ...migrate("refused", "ALTER TABLE public.t ALTER COLUMN d TYPE varchar(999)"),
    unmet: [{ path, field: "d", problem: "length", expected: /1000/, actual: /999/ }],
  },
  {
    name: "a claim that allows NULL accepts NOT NULL, one that states NOT NULL keeps it",
    rules: ["F15"],
    setup: [orders],
    claims: [
      put(
        fieldsOf(
          "public.orders",
          { name: "id", is_nullable: true },
          { name: "note", is_nullable: true },
          { name: "status", is_nullable: false },
        ),
      ),
    ],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders DROP CONSTRAINT orders_pkey, ALTER COLUMN id DROP NOT NULL",
      "ALTER TABLE public.orders ALTER COLUMN note SET NOT NULL",
    ),
    then: [
      {
        ...migrate(
          "refused",
          "ALTER TABLE public.orders ALTER COLUMN note DROP NOT NULL, ALTER COLUMN status DROP NOT NULL",
        ),
        unmet: [{ path: "public.orders", field: "status", problem: "nullability" }],
      },
    ],
  },
  spelled("integer", ["int", "int4", "integer", "INTEGER"], ["bigint", "int[]", "smallint"]),
  spelled("bigint", ["int8", "bigint"], ["int", "integer"]),
  spelled("smallint", ["int2", "smallint"], ["int"]),
  spelled("boolean", ["bool", "boolean"], ["bit"]),
  spelled("double precision", ["float8", "double precision", "float"], ["real", "float4"]),
  spelled("timestamptz", ["timestamptz", "timestamp with time zone"], ["timestamp"]),
  spelled(
    "timestamp(3)",
    ["timestamp", "timestamp(3)", "timestamp(2) without time zone", "timestamp without time zone"],
    ["timestamp(4)", "timestamptz(3)"],
  ),
  spelled(
    "varchar(40)",
    ["varchar", "varchar(40)", "varchar(7)", "character varying", "character varying(40)"],
    ["varchar(41)", "text", "char(40)"],
  ),
  spelled("char(5)", ["char(5)", "character(5)", "bpchar"], ["char(6)", "varchar(5)"]),
  spelled(
    "numeric(10,2)",
    ["numeric", "decimal", "numeric(10,2)", "decimal(8,2)", "numeric(8)", "numeric(9, 1)"],
    ["numeric(11,2)", "numeric(10,3)", "numeric(10)", "numeric(9)"],
  ),
  spelled("money[]", ["money[]"], ["money", "int[]"]),
  spelled(
    "varchar(40)[]",
    ["varchar[]", "varchar(40)[]", "character varying(20)[]"],
    ["varchar(41)[]", "text[]", "varchar(40)"],
  ),
  {
    name: "a type of the user's own is stated with its schema",
    rules: ["F17"],
    setup: [
      "CREATE SCHEMA shop",
      "CREATE TYPE shop.mood AS ENUM ('good', 'bad')",
      "CREATE TYPE public.mood AS ENUM ('good', 'bad')",
      'CREATE TYPE shop."Odd Type" AS (a int)',
      'CREATE TABLE public.t (c shop.mood, d shop.mood[], e shop."Odd Type")',
    ],
    claims: [
      putRefused(fieldsOf(path, { name: "c", type: "public.mood" })),
      put(
        fieldsOf(
          path,
          { name: "c", type: "shop.mood" },
          { name: "d", type: "shop.mood[]" },
          { name: "e", type: 'shop."Odd Type"' },
        ),
      ),
    ],
    ...migrate("refused", "ALTER TABLE public.t ALTER COLUMN c TYPE public.mood USING NULL"),
    unmet: [{ path, field: "c", problem: "type" }],
  },
  {
    name: "a type that does not exist, or is more than a type, is refused",
    rules: ["F17"],
    setup: ["CREATE TABLE public.t (c int)"],
    claims: [
      "nosuchtype",
      "public.nosuchtype",
      "nosuchschema.int4",
      "int; DROP TABLE public.t",
      "int) OR (true",
      "int NOT NULL",
      "'int'::text",
      "SETOF int",
      "varchar(",
      "varchar(x)",
      "numeric(10,2,1)",
      "int(4)",
      "   ",
      "23;",
    ].map((type) => putRefused(fieldsOf(path, { name: "c", type }))),
    asked: [noClaimStored],
    then: [{ claims: [put(fieldsOf(path, { name: "c", type: "int" }))] }],
  },
];
