import { answers, fieldsOf, migrate, orders, put, putNamed } from "./build.ts";
import type { Scenario } from "./scenario.ts";

const path = "public.orders";
const dropNote = "ALTER TABLE public.orders DROP COLUMN note";
const noteMissing = [{ path, field: "note", problem: "missing column" as const }];

/** K10 and F1 to F4: the call at the end of a migration. */
export const migrations: readonly Scenario[] = [
  ...["0", "1", "NULL", "1000000", "max_reported => 0"].map(
    (limit): Scenario => ({
      name: `a limit of ${limit} problems to report lets nothing pass`,
      rules: ["F1"],
      setup: [orders],
      claims: [put(fieldsOf(path, "id", "note"))],
      migration: [dropNote],
      validate: `SELECT public.integratedb_validate_migration(${limit}) AS result`,
      verdict: "refused",
      then: [
        {
          migration: ["ALTER TABLE public.orders DROP COLUMN total"],
          validate: `SELECT public.integratedb_validate_migration(${limit}) AS result`,
          verdict: "accepted",
        },
      ],
    }),
  ),
  {
    name: "the number of unmet claims that are listed can be limited",
    rules: ["F1"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "note", "total"))],
    then: [
      {
        sql: ["ALTER TABLE public.orders DROP COLUMN note, DROP COLUMN total"],
        asked: [
          answers("SELECT count(*)::int FROM integratedb_unmet_claims(1)", 1),
          answers("SELECT count(*)::int FROM integratedb_unmet_claims()", 2),
          answers("SELECT count(*)::int FROM integratedb_unmet_claims(NULL)", 2),
        ],
      },
    ],
  },
  {
    name: "a migration whose role may not see the claimed table is refused all the same",
    rules: ["F3"],
    roles: ["migrator"],
    setup: [
      "CREATE SCHEMA sales",
      "CREATE TABLE sales.orders (id int, note text)",
      "CREATE SCHEMA shop AUTHORIZATION @migrator",
      "CREATE TABLE shop.items (id int, note text)",
      "ALTER TABLE shop.items OWNER TO @migrator",
    ],
    claims: [
      put({
        match: [
          { path: "sales.orders", fields: ["id", "note"] },
          { path: "shop.items", fields: ["*"] },
        ],
      }),
    ],
    ...migrate(
      "refused",
      "ALTER TABLE sales.orders DROP COLUMN note",
      "SET LOCAL ROLE @migrator",
      "ALTER TABLE shop.items DROP COLUMN note",
    ),
    unmet: [
      { path: "sales.orders", field: "note", problem: "missing column" },
      { path: "shop.items", field: "note", problem: "missing column" },
    ],
  },
  {
    name: "a migration of a role without rights over the registry is synced like any other",
    rules: ["F3", "F6"],
    roles: ["migrator"],
    setup: [
      "CREATE SCHEMA shop AUTHORIZATION @migrator",
      "CREATE TABLE shop.items (id int)",
      "ALTER TABLE shop.items OWNER TO @migrator",
    ],
    claims: [put(fieldsOf("shop.*", "*"))],
    ...migrate(
      "accepted",
      "SET LOCAL ROLE @migrator",
      "ALTER TABLE shop.items ADD COLUMN note text",
      "CREATE TABLE shop.prices (id int)",
    ),
    readable: { reporter: ["SELECT * FROM shop.items", "SELECT * FROM shop.prices"] },
    then: [
      {
        ...migrate(
          "refused",
          "SET LOCAL ROLE @migrator",
          "ALTER TABLE shop.items DROP COLUMN note",
        ),
        unmet: [{ path: "shop.items", field: "note", problem: "missing column" }],
      },
    ],
  },
  {
    name: "a role that only migrates changes nothing in the registry",
    rules: ["F3"],
    roles: ["migrator"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id"))],
    refused: [
      "SELECT integratedb.put_claim('@reporter', 'orders', '{\"match\": []}')",
      "SELECT integratedb.delete_claim('@reporter', 'orders')",
      "SELECT integratedb.delete_stakeholder('@reporter')",
      "SELECT integratedb.put_stakeholder('@intruder')",
      "SELECT integratedb.rename_stakeholder('@reporter', '@intruder')",
      "SELECT integratedb.set_policy('{}')",
      "SELECT integratedb.put_operator('@migrator', '*')",
    ].map((sql) => ({
      sql: `SET ROLE @migrator; ${sql}`,
      refusal: { sqlstate: ["42501"] },
    })),
    then: [
      {
        ...migrate("refused", "DROP TABLE public.orders"),
        unmet: [{ stakeholder: "@reporter", path, field: null }],
        readable: { reporter: ["SELECT id FROM public.orders"] },
      },
    ],
  },
  {
    name: "an empty search path does not keep a migration from being validated",
    rules: ["F4"],
    setup: [
      orders,
      "CREATE TYPE public.mood AS ENUM ('good')",
      "ALTER TABLE public.orders ADD COLUMN mood public.mood",
    ],
    claims: [put(fieldsOf("public.*", "*"))],
    ...migrate("refused", "SET LOCAL search_path = ''", dropNote),
    unmet: noteMissing,
    then: [
      {
        ...migrate(
          "accepted",
          "SET LOCAL search_path = ''",
          "ALTER TABLE public.orders ADD COLUMN region text",
        ),
        readable: { reporter: ["SELECT region, mood FROM public.orders"] },
      },
      {
        sql: ["SET search_path = ''", "SELECT public.integratedb_sync()", "RESET search_path"],
        readable: { reporter: ["SELECT * FROM public.orders"] },
      },
    ],
  },
  {
    name: "the search path does not decide how a type is called",
    rules: ["F4", "F16"],
    setup: [
      "CREATE SCHEMA shop",
      "CREATE TYPE shop.mood AS ENUM ('good')",
      "CREATE DOMAIN shop.feeling AS shop.mood",
      "CREATE TABLE shop.t (a shop.mood, b shop.feeling, c shop.mood[])",
    ],
    sql: ["SET search_path = shop, public"],
    claims: [put(fieldsOf("shop.t", "*"))],
    then: [
      { sql: ["RESET search_path"], ...migrate("accepted", "ALTER TABLE shop.t ADD COLUMN d int") },
      migrate("accepted", "SET LOCAL search_path = shop", "ALTER TABLE shop.t ADD COLUMN e int"),
      migrate("accepted", "SET LOCAL search_path = ''", "ALTER TABLE shop.t ADD COLUMN f int"),
    ],
  },
  {
    name: "objects of the caller that are named like those of the system are not used",
    rules: ["F4", "F3"],
    setup: [
      orders,
      "CREATE SCHEMA evil",
      'CREATE TABLE evil.pg_class (oid oid, relname name, relnamespace oid, relkind "char")',
      "CREATE TABLE evil.pg_attribute (attrelid oid, attname name, attnum int2)",
      "CREATE FUNCTION evil.format_type(oid, int) RETURNS text LANGUAGE sql AS $$ SELECT 'evil'::text $$",
      "CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT 'evil'::text $$",
    ],
    claims: [put(fieldsOf(path, "*"))],
    ...migrate(
      "refused",
      "SET LOCAL search_path = evil, pg_catalog, public",
      "CREATE TEMPORARY TABLE pg_namespace (oid oid, nspname name)",
      "ALTER TABLE public.orders DROP COLUMN note",
    ),
    unmet: noteMissing,
    then: [
      migrate(
        "accepted",
        "SET LOCAL search_path = evil, pg_catalog, public",
        "ALTER TABLE public.orders ADD COLUMN region text",
      ),
      { readable: { reporter: ["SELECT * FROM public.orders"] } },
    ],
  },
  {
    name: "the three functions of the original can be called without a schema",
    rules: ["K10", "K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, "note"))],
    migration: [dropNote],
    validate: "SELECT integratedb_validate_migration()",
    verdict: "refused",
    then: [
      {
        sql: [dropNote, "SELECT integratedb_sync()"],
        asked: [
          answers(
            "SELECT stakeholder || ':' || claim || ':' || path || ':' || field FROM integratedb_unmet_claims()",
            "@reporter:orders:public.orders:note",
          ),
        ],
      },
    ],
  },
  {
    name: "an accepted migration that is rolled back leaves claims and grants as they were",
    rules: ["K10", "K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, "*"))],
    then: [
      {
        sql: [
          `BEGIN;
           ALTER TABLE public.orders ADD COLUMN region text, ALTER COLUMN status TYPE varchar(40);
           SELECT integratedb_validate_migration();
           ROLLBACK`,
        ],
        readable: { reporter: ["SELECT * FROM public.orders"] },
      },
      migrate("accepted", "ALTER TABLE public.orders ALTER COLUMN status TYPE varchar(20)"),
    ],
  },
  {
    name: "a migration may validate several times, and each time moves the claim on",
    rules: ["K10", "K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, "*"))],
    ...migrate(
      "refused",
      "ALTER TABLE public.orders ADD COLUMN region text",
      "SELECT integratedb_validate_migration()",
      "ALTER TABLE public.orders DROP COLUMN region",
    ),
    unmet: [{ path, field: "region", problem: "missing column" }],
  },
  {
    name: "a claim that is put within a migration does not make what comes before it final",
    rules: ["K10", "K11"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "status"))],
    ...migrate(
      "accepted",
      "ALTER TABLE public.orders ALTER COLUMN status TYPE varchar(40)",
      `SELECT integratedb.put_claim('@reporter', 'notes', '{"match": [{"path": "public.orders", "fields": ["note"]}]}')`,
      "ALTER TABLE public.orders ALTER COLUMN status TYPE varchar(20)",
    ),
    readable: { reporter: ["SELECT id, status, note FROM public.orders"] },
  },
  {
    name: "a claim that is put within a migration does not excuse what comes before it",
    rules: ["K10"],
    setup: [orders],
    claims: [put(fieldsOf(path, "id", "status"))],
    ...migrate(
      "refused",
      "ALTER TABLE public.orders DROP COLUMN status",
      `SELECT integratedb.put_claim('@reporter', 'notes', '{"match": [{"path": "public.orders", "fields": ["note"]}]}')`,
    ),
    unmet: [{ claim: "orders", path, field: "status", problem: "missing column" }],
  },
  {
    name: "a migration that changes nothing is accepted again and again",
    rules: ["K10"],
    setup: [orders, "CREATE VIEW public.v AS SELECT * FROM public.orders"],
    claims: [put(fieldsOf("public.*", "*")), putNamed("empty", { match: [] })],
    ...migrate("accepted"),
    readable: { reporter: ["SELECT * FROM public.orders", "SELECT * FROM public.v"] },
    then: [migrate("accepted"), migrate("accepted")],
  },
  {
    name: "a database without claims accepts everything",
    rules: ["K10"],
    stakeholders: [],
    ...migrate("accepted", orders, "DROP TABLE public.orders"),
    asked: [answers("SELECT count(*)::int FROM integratedb_unmet_claims()", 0)],
  },
  {
    name: "rows of the tables are nobody's claim",
    rules: ["K10"],
    setup: [orders, "INSERT INTO public.orders VALUES (1, 'new')"],
    claims: [put(fieldsOf(path, "*"))],
    ...migrate("accepted", "DELETE FROM public.orders", "TRUNCATE public.orders"),
  },
];
