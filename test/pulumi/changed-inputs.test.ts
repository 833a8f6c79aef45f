import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closePools } from "../../provider/runtime/connection.ts";
import { unknownValue } from "../../provider/runtime/unknown.ts";
import { claim, database, stakeholder } from "../../provider/runtime/v1/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { type Shop, withShop } from "./shop.ts";

let postgres: Postgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres(18);
});
afterAll(async () => {
  await closePools();
  await postgres.stop();
});
beforeEach(async () => {
  shop = await withShop(postgres);
});

type ClaimInputs = Parameters<typeof claim.create>[0];

function claimNamed(name: string, path: string): ClaimInputs {
  return { connection: shop.url, stakeholder: "reporter", name, match: [{ path }] };
}

/** The engine with a stakeholder and a claim, as their properties in state. */
async function declared() {
  const engine = await database.create({ connection: shop.url });
  const reporter = await stakeholder.create({ connection: shop.url, name: "reporter" });
  const orders = await claim.create(claimNamed("orders", "public.orders"));
  return {
    database: engine.outs as Parameters<typeof database.create>[0],
    stakeholder: reporter.outs as Parameters<typeof stakeholder.create>[0],
    claim: orders.outs as ClaimInputs,
  };
}

/** What Pulumi is to do to each of them when they get another connection. */
async function decidedOn(
  states: Awaited<ReturnType<typeof declared>>,
  connection: string,
): Promise<readonly unknown[]> {
  const answers = [
    await database.diff("id", states.database, { ...states.database, connection }),
    await stakeholder.diff("id", states.stakeholder, { ...states.stakeholder, connection }),
    await claim.diff("id", states.claim, { ...states.claim, connection }),
  ];
  return answers.map(({ changes, replaces = [] }) => ({ changes, replaces }));
}

const replaced = Array(3).fill({ changes: true, replaces: ["connection"] });
const updated = Array(3).fill({ changes: true, replaces: [] });

describe("a connection that changed", () => {
  test("replaces everything, where it leads to a database without an engine", async () => {
    const { url } = await withShop(postgres);
    expect(await decidedOn(await declared(), url)).toEqual(replaced);
  });

  test("replaces everything, where it leads to another engine", async () => {
    const other = await withShop(postgres);
    await database.create({ connection: other.url });
    expect(await decidedOn(await declared(), other.url)).toEqual(replaced);
  });

  test("replaces everything, where it leads to a database that is yet to be made", async () => {
    expect(await decidedOn(await declared(), postgres.url("not_yet"))).toEqual(replaced);
  });

  test("updates, where it is another address of the same database", async () => {
    const address = shop.url.replace("127.0.0.1", "localhost");
    expect(await decidedOn(await declared(), address)).toEqual(updated);
  });

  test("updates, where the database was restored with its engine", async () => {
    const states = await declared();
    await closePools();
    await shop.sqlAs(postgres.adminUrl, `create database restored template ${shop.name}`);
    expect(await decidedOn(states, postgres.url("restored"))).toEqual(updated);
  });

  test("updates, where only the user is another", async () => {
    const states = await declared();
    await shop.sql("create role admin superuser login password 'admin'");
    expect(await decidedOn(states, postgres.url(shop.name, "admin", "admin"))).toEqual(updated);
  });

  test("updates, where the engine was installed again at the same place", async () => {
    const states = await declared();
    await database.delete("id", { ...states.database, deletion: "cascade" });
    await database.create({ connection: shop.url });
    const sameWithTls = `${shop.url}?sslmode=prefer`;
    expect(await decidedOn(states, sameWithTls)).toEqual(updated);
  });

  test("asks no server while it is unknown", async () => {
    expect(await decidedOn(await declared(), unknownValue)).toEqual(updated);
  });

  test("never has a database uninstall an engine that it did not install", async () => {
    const other = await withShop(postgres);
    await database.create({ connection: other.url });
    const states = await declared();
    const { outs } = await database.update("id", states.database, { connection: other.url });
    await database.delete("id", outs);
    expect(await other.sql("select to_regclass('integratedb.engine') as engine")).toEqual([
      { engine: "integratedb.engine" },
    ]);
  });
});
