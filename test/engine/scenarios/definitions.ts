import { fieldsOf, migrate, put } from "./build.ts";
import type { Problem, Scenario } from "./scenario.ts";

const path = "public.t";
const mood = "CREATE TYPE public.mood AS ENUM ('good', 'bad')";
const positive = "CREATE DOMAIN public.positive AS int CONSTRAINT above CHECK (VALUE > 0)";
const address = "CREATE TYPE public.address AS (street varchar(40), number int)";
const caseless =
  "CREATE COLLATION public.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)";

/** A claimed column `c` of a user's own type, whose definition a migration changes. */
function redefine(
  name: string,
  setup: readonly string[],
  column: string,
  migration: readonly string[],
  problem: Problem = "definition",
): Scenario {
  return {
    name,
    rules: ["F16"],
    setup: [...setup, `CREATE TABLE public.t (id int, c ${column})`],
    claims: [put(fieldsOf(path, "c"))],
    ...migrate("refused", ...migration),
    unmet: [{ path, field: "c", problem }],
    then: [
      { ...migrate("accepted", "ALTER TABLE public.t DROP COLUMN id") },
      // Whoever does not claim the column is not held to its type.
      { claims: [put({ match: [{ path }] })], ...migrate("accepted", ...migration) },
    ],
  };
}

/** F16: what a type is made of belongs to the shape of a column. */
export const definitions: readonly Scenario[] = [
  redefine("an enum may not get another label", [mood], "public.mood", [
    "ALTER TYPE public.mood ADD VALUE 'fair'",
  ]),
  redefine("a label of an enum may not be renamed", [mood], "public.mood", [
    "ALTER TYPE public.mood RENAME VALUE 'bad' TO 'poor'",
  ]),
  redefine("the order of an enum's labels may not change", [mood], "public.mood", [
    "ALTER TYPE public.mood RENAME TO old_mood",
    "CREATE TYPE public.mood AS ENUM ('bad', 'good')",
    "ALTER TABLE public.t ALTER COLUMN c TYPE public.mood USING c::text::public.mood",
    "DROP TYPE public.old_mood",
  ]),
  redefine(
    "an enum may not be renamed",
    [mood],
    "public.mood",
    ["ALTER TYPE public.mood RENAME TO temper"],
    "type",
  ),
  redefine(
    "an enum may not move to another schema",
    [mood, "CREATE SCHEMA shop"],
    "public.mood",
    ["ALTER TYPE public.mood SET SCHEMA shop"],
    "type",
  ),
  redefine("the enum of an array may not get another label", [mood], "public.mood[]", [
    "ALTER TYPE public.mood ADD VALUE 'fair'",
  ]),
  redefine(
    "the enum below a domain may not get another label",
    [mood, "CREATE DOMAIN public.feeling AS public.mood"],
    "public.feeling",
    ["ALTER TYPE public.mood ADD VALUE 'fair'"],
  ),
  redefine("a domain may not get another check", [positive], "public.positive", [
    "ALTER DOMAIN public.positive ADD CONSTRAINT below CHECK (VALUE < 100)",
  ]),
  redefine("a domain may not lose a check", [positive], "public.positive", [
    "ALTER DOMAIN public.positive DROP CONSTRAINT above",
  ]),
  redefine("a domain may not become NOT NULL", [positive], "public.positive", [
    "ALTER DOMAIN public.positive SET NOT NULL",
  ]),
  redefine("a domain may not get another base type", [positive], "public.positive", [
    "ALTER TABLE public.t ALTER COLUMN c TYPE int",
    "DROP DOMAIN public.positive",
    "CREATE DOMAIN public.positive AS bigint CONSTRAINT above CHECK (VALUE > 0)",
    "ALTER TABLE public.t ALTER COLUMN c TYPE public.positive",
  ]),
  redefine(
    "a domain may not get another length",
    ["CREATE DOMAIN public.code AS varchar(20)"],
    "public.code",
    [
      "ALTER TABLE public.t ALTER COLUMN c TYPE text",
      "DROP DOMAIN public.code",
      "CREATE DOMAIN public.code AS varchar(10)",
      "ALTER TABLE public.t ALTER COLUMN c TYPE public.code",
    ],
  ),
  redefine(
    "a domain may not be replaced by its base type",
    [positive],
    "public.positive",
    ["ALTER TABLE public.t ALTER COLUMN c TYPE int"],
    "type",
  ),
  redefine(
    "a base type may not be replaced by a domain on it",
    [positive],
    "int",
    ["ALTER TABLE public.t ALTER COLUMN c TYPE public.positive"],
    "type",
  ),
  redefine("the check of an array's domain may not change", [positive], "public.positive[]", [
    "ALTER DOMAIN public.positive DROP CONSTRAINT above",
  ]),
  redefine("a composite type may not get another attribute", [address], "public.address", [
    "ALTER TYPE public.address ADD ATTRIBUTE city text",
  ]),
  redefine("an attribute of a composite type may not be renamed", [address], "public.address", [
    "ALTER TYPE public.address RENAME ATTRIBUTE street TO road",
  ]),
  redefine("an attribute of a composite type may not be dropped", [address], "public.address", [
    "ALTER TYPE public.address DROP ATTRIBUTE number",
  ]),
  redefine(
    "the enum within a composite type may not get another label",
    [mood, "CREATE TYPE public.entry AS (day date, mood public.mood)"],
    "public.entry",
    ["ALTER TYPE public.mood ADD VALUE 'fair'"],
  ),
  redefine(
    "the enum of an array below a domain may not get another label",
    [mood, "CREATE DOMAIN public.moods AS public.mood[]"],
    "public.moods",
    ["ALTER TYPE public.mood ADD VALUE 'fair'"],
  ),
  redefine(
    "a table whose rows are a column's type may not get another column",
    ["CREATE TABLE public.place (street text)"],
    "public.place",
    ["ALTER TABLE public.place ADD COLUMN city text"],
  ),
  redefine(
    "a range may not get another subtype",
    ["CREATE TYPE public.span AS RANGE (subtype = int4)"],
    "public.span",
    [
      "ALTER TABLE public.t ALTER COLUMN c TYPE text USING NULL",
      "DROP TYPE public.span",
      "CREATE TYPE public.span AS RANGE (subtype = int8)",
      "ALTER TABLE public.t ALTER COLUMN c TYPE public.span USING NULL",
    ],
  ),
  redefine("a column may not get a nondeterministic collation", [caseless], "text", [
    "ALTER TABLE public.t ALTER COLUMN c TYPE text COLLATE public.caseless",
  ]),
  redefine(
    "a column may not lose a nondeterministic collation",
    [caseless],
    "text COLLATE public.caseless",
    ['ALTER TABLE public.t ALTER COLUMN c TYPE text COLLATE "C"'],
  ),
  {
    name: "types that are made again as they were pass",
    rules: ["F16", "K10"],
    setup: [
      mood,
      positive,
      address,
      "CREATE TABLE public.t (a public.mood, b public.positive, c public.address)",
    ],
    claims: [put(fieldsOf(path, "*"))],
    ...migrate(
      "accepted",
      "DROP TABLE public.t",
      "DROP TYPE public.mood",
      "DROP DOMAIN public.positive",
      "DROP TYPE public.address",
      mood,
      positive,
      address,
      "CREATE TABLE public.t (a public.mood, b public.positive, c public.address)",
    ),
    readable: { reporter: ["SELECT * FROM public.t"] },
  },
  {
    name: "a stated type does not free its definition",
    rules: ["F16", "K8"],
    setup: [mood, "CREATE TABLE public.t (c public.mood)"],
    claims: [put(fieldsOf(path, { name: "c", type: "public.mood", is_nullable: true }))],
    ...migrate("refused", "ALTER TYPE public.mood ADD VALUE 'fair' BEFORE 'bad'"),
    unmet: [{ path, field: "c", problem: "definition" }],
  },
  {
    name: "a definition that changed and was synced is the new claim",
    rules: ["F16", "K11"],
    setup: [mood, "CREATE TABLE public.t (id int, c public.mood)"],
    claims: [put(fieldsOf(path, "c"))],
    then: [
      {
        sql: ["ALTER TYPE public.mood ADD VALUE 'fair'", "SELECT integratedb_sync()"],
        ...migrate("accepted", "ALTER TABLE public.t DROP COLUMN id"),
      },
      {
        ...migrate("refused", "ALTER TYPE public.mood RENAME VALUE 'fair' TO 'so so'"),
        unmet: [{ path, field: "c", problem: "definition" }],
      },
    ],
  },
  {
    name: "one deterministic collation for another is no change of shape",
    rules: ["F16"],
    setup: ['CREATE TABLE public.t (c text COLLATE "C")'],
    claims: [put(fieldsOf(path, "c"))],
    ...migrate("accepted", 'ALTER TABLE public.t ALTER COLUMN c TYPE text COLLATE "POSIX"'),
  },
];
