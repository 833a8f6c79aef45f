import {
  columnNames,
  partsOf,
  pathOf,
  quoted,
  quotedPath,
  schemaNames,
  tableNames,
} from "./names.ts";
import type { Random } from "./random.ts";

const odd = quotedPath(pathOf({ schema: 'Sales "EU"', name: "Mood" }));

/** Types of the user's own that every story starts with, some of them in a schema with an odd name. */
const userTypes = [
  "CREATE TYPE public.mood AS ENUM ('good', 'bad')",
  `CREATE TYPE ${odd} AS ENUM ('good', 'bad')`,
  "CREATE DOMAIN public.positive AS int CONSTRAINT above CHECK (VALUE > 0)",
  "CREATE DOMAIN public.code AS varchar(20)",
  "CREATE DOMAIN public.feeling AS public.mood",
  "CREATE TYPE public.address AS (street varchar(40), number int)",
  "CREATE COLLATION public.caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
] as const;

const files = [
  "CREATE EXTENSION file_fdw",
  "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw",
] as const;

/** A type as it is written in DDL. */
export function randomType(random: Random): string {
  const kind = random.weighted({ plain: 2, text: 4, numeric: 3, time: 2, array: 2, user: 2 });
  switch (kind) {
    case "plain":
      return random.pick([
        "int",
        "bigint",
        "smallint",
        "boolean",
        "uuid",
        "jsonb",
        "date",
        "float8",
      ]);
    case "text":
      return random.pick([
        "text",
        "varchar",
        `varchar(${random.int(1, 50)})`,
        `char(${random.int(1, 9)})`,
        "bytea",
        `bit(${random.int(1, 9)})`,
        `bit varying(${random.int(1, 9)})`,
        "text COLLATE public.caseless",
      ]);
    case "numeric":
      return random.chance(0.2) ? "numeric" : randomNumeric(random);
    case "time":
      return random.pick([
        "timestamptz",
        "timestamp",
        `timestamptz(${random.int(0, 6)})`,
        `timestamp(${random.int(0, 6)})`,
        `time(${random.int(0, 6)})`,
        "timetz",
      ]);
    case "array":
      return random.pick([
        "int[]",
        "text[]",
        `varchar(${random.int(1, 50)})[]`,
        `${randomNumeric(random)}[]`,
        `timestamptz(${random.int(0, 6)})[]`,
        "money[]",
      ]);
    case "user":
      return random.pick([
        "public.mood",
        odd,
        "public.mood[]",
        "public.positive",
        "public.positive[]",
        "public.code",
        "public.feeling",
        "public.address",
      ]);
  }
}

function randomNumeric(random: Random): string {
  const scale = random.int(0, 4);
  return `numeric(${scale + random.int(1, 8)},${scale})`;
}

/** Column definitions for CREATE TABLE. */
function randomColumns(random: Random, most = 5): string[] {
  return random
    .some(columnNames, most)
    .map((name) => `${quoted(name)} ${randomType(random)}${random.chance(0.3) ? " NOT NULL" : ""}`);
}

/** A table of any kind under this path; a partitioned one with its partitions. */
export function createTable(random: Random, path: string): string[] {
  const table = quotedPath(path);
  const kind = random.weighted({ plain: 8, partitioned: 2, foreign: 1, empty: 0.4 });
  const columns = randomColumns(random).join(", ");
  switch (kind) {
    case "plain":
      return [`CREATE TABLE ${table} (${columns})`];
    case "empty":
      return [`CREATE TABLE ${table} ()`];
    case "foreign":
      return [
        `CREATE FOREIGN TABLE ${table} (${columns}) SERVER files OPTIONS (filename '/dev/null', format 'csv')`,
      ];
    case "partitioned":
      return [
        `CREATE TABLE ${table} (part int, ${columns}) PARTITION BY LIST (part)`,
        ...[1, 2].slice(0, random.int(0, 2)).map((value) => createPartition(path, value)),
      ];
  }
}

export function createPartition(
  parent: string,
  value: number,
  schema = partsOf(parent).schema,
): string {
  const partition = quotedPath(pathOf({ schema, name: `part ${value}` }));
  return `CREATE TABLE ${partition} PARTITION OF ${quotedPath(parent)} FOR VALUES IN (${value})`;
}

/** A view, materialised or not, of some columns of a table. */
export function createView(
  random: Random,
  path: string,
  below: string,
  columns: readonly string[],
): string[] {
  if (columns.length === 0) return [];
  const kind = random.chance(0.3) ? "MATERIALIZED VIEW" : "VIEW";
  const list = random.some(columns, columns.length).map(quoted).join(", ");
  return [`CREATE ${kind} ${quotedPath(path)} AS SELECT ${list} FROM ${quotedPath(below)}`];
}

/** A path of the pool, whether there is a table of that name or not. */
export function randomPath(random: Random): string {
  const schema = random.weighted({ public: 5, shop: 3, 'Sales "EU"': 2, "order.by": 1 });
  return pathOf({ schema, name: random.pick(tableNames) });
}

/** What a story starts with. Statements that fail, for a name that is taken, are left out. */
export function randomSetup(random: Random): string[] {
  const schemas = schemaNames.slice(1).map((name) => `CREATE SCHEMA ${quoted(name)}`);
  const tables = Array.from({ length: random.int(3, 6) }, () =>
    createTable(random, randomPath(random)),
  );
  return [...schemas, ...userTypes, ...files, ...tables.flat()];
}
