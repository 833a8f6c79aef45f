import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RelayStage } from "./relay-stage.ts";

let stage: RelayStage;
let relay: pg.Client;
beforeAll(async () => {
  stage = await RelayStage.start();
  await stage.sql(
    "CREATE SCHEMA ledger",
    "CREATE TABLE ledger.entries (id integer PRIMARY KEY)",
    "CREATE VIEW big_orders AS SELECT * FROM orders WHERE total > 100",
    "CREATE MATERIALIZED VIEW totals AS SELECT sum(total) FROM orders",
    "CREATE SEQUENCE numbers",
  );
  relay = new pg.Client(stage.settings()["INTEGRATEDB_RELAY_DATABASE_URL"]);
  await relay.connect();
});
afterAll(async () => {
  await relay?.end();
  await stage?.stop();
});

const refusal = (sql: string) =>
  relay.query(sql).then(
    () => `not refused: ${sql}`,
    ({ code }: pg.DatabaseError) => code,
  );

test("the relay's login can read no table, view or sequence of a user: it tries them all", async () => {
  const { rows } = await relay.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f', 'S')
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'integratedb')
       AND n.nspname NOT LIKE 'pg_toast%'
     ORDER BY 1`,
  );
  const names = rows.map(({ name }) => name);
  expect(names).toEqual([
    "ledger.entries",
    "public.big_orders",
    "public.numbers",
    "public.orders",
    "public.totals",
  ]);
  for (const name of names) expect(await refusal(`SELECT * FROM ${name}`)).toBe("42501");
});

test.each([
  "INSERT INTO orders VALUES (1, 'open', 1)",
  "TRUNCATE orders",
  "CREATE SCHEMA own",
  "CREATE TABLE public.own (id integer)",
  "CREATE PUBLICATION own FOR TABLE orders",
  "CREATE ROLE own",
  "ALTER ROLE relay CREATEROLE",
  "SET ROLE reporter",
  "SELECT * FROM integratedb.claims",
  "SELECT integratedb.set_relay_key('A')",
  "SELECT integratedb.put_notification('reporter', 'own', '{}')",
  "SELECT integratedb.grant_relay('relay')",
  "UPDATE integratedb.routing SET revision = 0",
  "UPDATE integratedb.channel SET config = '{}'",
  "SELECT pg_read_file('/etc/passwd')",
  "COPY (SELECT 1) TO PROGRAM 'true'",
])("the relay's login cannot do what it need not: %s", async (sql) => {
  expect(await refusal(sql)).toBe("42501");
});
