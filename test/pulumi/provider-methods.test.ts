import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closePools } from "../../provider/runtime/connection.ts";
import { claim, database, stakeholder } from "../../provider/runtime/v1/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { type Shop, withShop } from "./shop.ts";

let postgres: Postgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres(18);
  shop = await withShop(postgres);
  await database.create({ connection: shop.url });
});
afterAll(async () => {
  await closePools();
  await postgres.stop();
});

describe("a method of a provider", () => {
  test("diff reports a change of the provider's text, of each input, and of drift", async () => {
    const inputs = { connection: shop.url, name: "reporter", __provider: "old" };
    const changes = async (olds: object, news: object) =>
      (await stakeholder.diff("id", { ...inputs, ...olds }, { ...inputs, ...news })).changes;
    expect(await changes({ username: "reporter_a" }, {})).toBe(false);
    expect(await changes({}, { __provider: "new" })).toBe(true);
    expect(await changes({}, { rotation: "2" })).toBe(true);
    expect(await changes({ deletion: "cascade" }, {})).toBe(true);
    expect(await changes({ drift: ["the role reporter is gone"] }, {})).toBe(true);
    const other = shop.url.replace("postgres:", "other:");
    expect(await changes({}, { connection: other })).toBe(true);
  });

  test("create, update and read answer every input and every output", async () => {
    const inputs = { connection: shop.url, name: "complete", rotation: "1", __provider: "text" };
    const outputs = ["database", "engine", "host", "password", "port", "uri", "username"];
    const expected = [...Object.keys(inputs), ...outputs].sort();
    const { outs: created } = await stakeholder.create(inputs);
    const { outs: updated } = await stakeholder.update("id", created, { ...inputs, rotation: "2" });
    const { props: read, inputs: readInputs } = await stakeholder.read("id", updated);
    for (const answer of [created, updated, read]) {
      expect(Object.keys(answer).sort()).toEqual(expected);
    }
    // Inputs that a refresh answers are state, too: a derived secret must not be among them.
    expect(Object.keys(readInputs).sort()).toEqual(["connection", "name", "rotation"]);
  });

  test("leaves what it was given as it was", async () => {
    const match = Object.freeze([Object.freeze({ path: "public.orders", fields: ["*"] })]);
    const inputs = Object.freeze({
      connection: shop.url,
      stakeholder: "complete",
      name: "frozen",
      match,
    });
    const { inputs: checked } = await claim.check({}, inputs as never);
    await claim.create(checked);
    await claim.read("id", Object.freeze(checked));
    await claim.delete("id", checked);
  });

  test("a repeated create after an answer that was lost succeeds for a claim", async () => {
    const inputs = {
      connection: shop.url,
      stakeholder: "complete",
      name: "twice",
      match: [{ path: "public.orders" }],
    };
    await claim.create(inputs);
    await expect(claim.create(inputs)).resolves.toBeDefined();
    const other = { ...inputs, match: [{ path: "public.customers" }] };
    await expect(claim.create(other)).rejects.toThrow("IDB1205");
    await expect(claim.create({ ...other, adopt: true })).resolves.toBeDefined();
  });
});

test("the connections of a provider do not keep its process alive", async () => {
  const runtime = new URL("../../provider/runtime/v1/index.ts", import.meta.url).href;
  const inputs = { connection: shop.url, stakeholder: "complete", name: "idle", match: [] };
  const program = `const { claim } = await import(${JSON.stringify(runtime)});
    await claim.check({}, ${JSON.stringify(inputs)}); console.log("checked");`;
  const started = performance.now();
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const { stdout } = await promisify(execFile)("node", ["--input-type=module", "-e", program], {
    cwd,
    timeout: 60_000,
  });
  expect(stdout.trim()).toBe("checked");
  // The idle time-out of a connection is ten seconds.
  expect(performance.now() - started).toBeLessThan(8_000);
});
