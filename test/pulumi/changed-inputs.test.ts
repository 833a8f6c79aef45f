import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { closePools } from "../../provider/runtime/connection.ts";
import { unknownValue } from "../../provider/runtime/unknown.ts";
import { claim, database, stakeholder } from "../../provider/runtime/v1/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { type Shop, withShop } from "./shop.ts";

let postgres: Postgres;
let shop: Shop;
/** The stakeholder of a test; its role belongs to the whole cluster. */
let name: string;
let tests = 0;

beforeAll(async () => {
  postgres = await startPostgres(18);
});
afterAll(async () => {
  await closePools();
  await postgres.stop();
});
beforeEach(async () => {
  tests += 1;
  name = `reporter_${tests}`;
  shop = await withShop(postgres);
});

type ClaimInputs = Parameters<typeof claim.create>[0];

function claimNamed(claimName: string, path: string): ClaimInputs {
  return { connection: shop.url, stakeholder: name, name: claimName, match: [{ path }] };
}

/** The engine with a stakeholder and a claim, as their properties in state. */
async function declared() {
  const engine = await database.create({ connection: shop.url });
  const reporter = await stakeholder.create({ connection: shop.url, name });
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

describe("a claim that was renamed", () => {
  const claims = () =>
    shop.sql("select claim, spec->'match'->0->>'path' as path from integratedb.claims order by 1");

  test("takes the place of no claim that another program put", async () => {
    const { claim: orders } = await declared();
    await claim.create(claimNamed("customers", "public.customers"));
    const renaming = claim.update("id", orders, { ...orders, name: "customers" });
    await expect(renaming).rejects.toThrow(`IDB1205 ${name} already has a claim customers`);
    expect(await claims()).toEqual([
      { claim: "customers", path: "public.customers" },
      { claim: "orders", path: "public.orders" },
    ]);
    await claim.update("id", orders, { ...orders, name: "customers", adopt: true });
    expect(await claims()).toEqual([{ claim: "customers", path: "public.orders" }]);
  });

  test("is still its own after its stakeholder was renamed", async () => {
    const states = await declared();
    const renamed = `${name}_renamed`;
    await stakeholder.update("id", states.stakeholder, { ...states.stakeholder, name: renamed });
    const { match } = claimNamed("customers", "public.customers");
    await claim.update("id", states.claim, { ...states.claim, stakeholder: renamed, match });
    expect(await claims()).toEqual([{ claim: "orders", path: "public.customers" }]);
  });

  test("together with its stakeholder leaves no claim of the old name", async () => {
    const states = await declared();
    const renamed = `${name}_renamed`;
    await stakeholder.update("id", states.stakeholder, { ...states.stakeholder, name: renamed });
    await claim.update("id", states.claim, {
      ...states.claim,
      stakeholder: renamed,
      name: "sales",
    });
    expect(await claims()).toEqual([{ claim: "sales", path: "public.orders" }]);
  });
});

describe("`enforce`", () => {
  const driftOf = async (props: object): Promise<unknown> => {
    const { props: found } = await database.read("id", props as never);
    return found?.drift;
  };

  test("that is no longer stated is validate again", async () => {
    const connection = shop.url;
    const { outs } = await database.create({ connection, enforce: "commit" });
    const updated = await database.update("id", outs, { connection });
    expect(await driftOf(updated.outs)).toBeUndefined();
    expect(await shop.sql("select enforce from integratedb.installation")).toEqual([
      { enforce: "validate" },
    ]);
    expect(await shop.sql("select from pg_event_trigger")).toEqual([]);
  });

  test("that was never stated is left as it is, and is no drift", async () => {
    const connection = shop.url;
    await database.create({ connection, enforce: "commit" });
    const { outs } = await database.create({ connection });
    const updated = await database.update("id", outs, { connection });
    expect(await driftOf(updated.outs)).toBeUndefined();
    expect(await driftOf({ ...updated.outs, enforce: "validate" })).toEqual([
      "enforce is commit, not validate",
    ]);
  });
});
