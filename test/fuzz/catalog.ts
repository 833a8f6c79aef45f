import type pg from "pg";
import { pathOf } from "./names.ts";
import { type Shape, shapeOf } from "./shape.ts";

export type Kind = "table" | "partitioned table" | "view" | "materialized view" | "foreign table";

export interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly kind: Kind;
  /** The partitioned table that it is a partition of, as a path. */
  readonly parent: string | undefined;
  readonly rowSecurity: boolean;
  /** Its shapes by the names of its columns, in their order. */
  readonly columns: ReadonlyMap<string, Column>;
  readonly policies: readonly Policy[];
}

export interface Column extends Shape {
  /** The type as it is written in DDL. */
  readonly declared: string;
}

export interface Policy {
  readonly name: string;
  readonly permissive: boolean;
  readonly command: string;
  readonly roles: readonly string[];
}

/** An enum, domain or composite type. */
export interface UserType {
  readonly schema: string;
  readonly name: string;
  readonly kind: "enum" | "domain" | "composite";
  /** Labels of an enum, names of a domain's checks, attributes of a composite type. */
  readonly parts: readonly string[];
}

/** A database as plain queries of its catalog show it. Keys of relations are paths as in a spec. */
export interface Catalog {
  readonly schemas: ReadonlySet<string>;
  readonly relations: ReadonlyMap<string, Relation>;
  readonly types: readonly UserType[];
}

const ours = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'integratedb')`;

const schemasQuery = `SELECT n.nspname AS schema FROM pg_namespace n WHERE ${ours}`;

const relationsQuery = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relrowsecurity AS hidden,
         (SELECT i.inhparent FROM pg_inherits i WHERE c.relispartition AND i.inhrelid = c.oid) AS parent
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${ours}
   ORDER BY n.nspname, c.relname`;

const columnsQuery = `
  SELECT a.attrelid AS relation, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
         CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END AS base,
         NOT a.attnotnull OR EXISTS (
           SELECT FROM pg_constraint k
            WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]
              AND NOT k.convalidated) AS nullable,
         (SELECT l.collname FROM pg_collation l
           WHERE l.oid = a.attcollation AND NOT l.collisdeterministic) AS collation
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
   WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${ours}
   ORDER BY a.attrelid, a.attnum`;

const policiesQuery = `
  SELECT schemaname AS schema, tablename AS table, policyname AS name, permissive = 'PERMISSIVE' AS permissive,
         cmd AS command, roles::text[] AS roles
    FROM pg_policies ORDER BY policyname`;

const typesQuery = `
  SELECT t.oid, n.nspname AS schema, t.typname AS name, t.typtype AS kind, t.typnotnull AS required,
         format_type(t.typbasetype, t.typtypmod) AS base, t.typbasetype AS below,
         ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
         ARRAY(SELECT k.conname::text FROM pg_constraint k WHERE k.contypid = t.oid ORDER BY 1) AS checks,
         ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k WHERE k.contypid = t.oid ORDER BY 1) AS conditions,
         ARRAY(SELECT a.attname::text FROM pg_attribute a
                WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS attributes,
         ARRAY(SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
                WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS kinds,
         ARRAY(SELECT a.atttypid::int FROM pg_attribute a
                WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS within
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE (t.typtype IN ('e', 'd') OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
     AND ${ours}
   ORDER BY n.nspname, t.typname`;

interface TypeRow {
  oid: number;
  schema: string;
  name: string;
  kind: "e" | "d" | "c";
  required: boolean;
  base: string | null;
  below: number;
  labels: string[];
  checks: string[];
  conditions: string[];
  attributes: string[];
  kinds: string[];
  within: number[];
}

const kinds: Readonly<Record<string, Kind>> = {
  r: "table",
  p: "partitioned table",
  v: "view",
  m: "materialized view",
  f: "foreign table",
};

/** Reads the catalog as it is within the present transaction. */
export async function readCatalog(client: pg.ClientBase): Promise<Catalog> {
  // With nothing else on the path, every type of a user is printed with its schema.
  const results = (await client.query(
    `SELECT set_config('search_path', 'pg_catalog', false);
     ${schemasQuery}; ${relationsQuery}; ${columnsQuery}; ${policiesQuery}; ${typesQuery};
     SELECT set_config('search_path', 'public', false)`,
  )) as unknown as pg.QueryResult[];
  const [, schemas, relations, columns, policies, types] = results.map((result) => result.rows);
  const typeRows = new Map((types as TypeRow[]).map((row) => [row.oid, row]));
  return {
    schemas: new Set(schemas?.map((row) => row.schema)),
    relations: relationsFrom(relations ?? [], columns ?? [], policies ?? [], typeRows),
    types: [...typeRows.values()].map(userType),
  };
}

type Row = Record<string, unknown>;

function relationsFrom(
  relations: readonly Row[],
  columns: readonly Row[],
  policies: readonly Row[],
  types: ReadonlyMap<number, TypeRow>,
): Map<string, Relation> {
  const paths = new Map(relations.map((row) => [row["oid"], pathIn(row, "name")]));
  const columnsOf = Map.groupBy(columns, (row) => paths.get(row["relation"]));
  const policiesOf = Map.groupBy(policies, (row) => pathIn(row, "table"));
  return new Map(
    relations.map((row) => {
      const path = pathIn(row, "name");
      const relation: Relation = {
        schema: String(row["schema"]),
        name: String(row["name"]),
        kind: kinds[String(row["kind"])] ?? "table",
        parent: paths.get(row["parent"]),
        rowSecurity: row["hidden"] === true,
        columns: new Map(
          columnsOf.get(path)?.map((column) => [String(column["name"]), columnFrom(column, types)]),
        ),
        policies: (policiesOf.get(path) ?? []) as unknown as readonly Policy[],
      };
      return [path, relation];
    }),
  );
}

function pathIn(row: Row, table: "name" | "table"): string {
  return pathOf({ schema: String(row["schema"]), name: String(row[table]) });
}

function columnFrom(row: Row, types: ReadonlyMap<number, TypeRow>): Column {
  const declared = String(row["type"]);
  const collation = row["collation"] ? `collation ${row["collation"]}` : "";
  return {
    declared,
    ...shapeOf(declared),
    nullable: row["nullable"] === true,
    definition: `${definition(Number(row["base"]), types)}${collation}`,
  };
}

/** What a type is made of, down to the types of the system. */
function definition(oid: number, types: ReadonlyMap<number, TypeRow>): string {
  const type = types.get(oid);
  if (!type) return "";
  if (type.kind === "e") return JSON.stringify(type.labels);
  if (type.kind === "d") {
    const below = definition(type.below, types);
    return JSON.stringify([type.base, type.required, type.conditions, below]);
  }
  const within = type.within.map((attribute) => definition(attribute, types));
  return JSON.stringify([type.attributes, type.kinds, within]);
}

function userType(row: TypeRow): UserType {
  const { schema, name } = row;
  if (row.kind === "e") return { schema, name, kind: "enum", parts: row.labels };
  if (row.kind === "d") return { schema, name, kind: "domain", parts: row.checks };
  return { schema, name, kind: "composite", parts: row.attributes };
}
