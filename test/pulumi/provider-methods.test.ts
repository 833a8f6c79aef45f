import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closePools } from "../../provider/runtime/connection.ts";
import { unknownValue } from "../../provider/runtime/unknown.ts";
import { claim, database, notification, stakeholder } from "../../provider/runtime/v1/index.ts";
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
    const outputs = [
      "database",
      "engine",
      "host",
      "password",
      "port",
      "uri",
      "username",
      "version",
    ];
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

describe("a notification's methods", () => {
  const match = [{ path: "public.orders", fields: ["id"] }];
  const inputs = () => ({
    connection: shop.url,
    stakeholder: "complete",
    name: "told",
    match,
    channels: { live: { type: "socket" as const, token: "s3cret-of-16-letters" } },
  });

  beforeAll(() =>
    claim.create({ connection: shop.url, stakeholder: "complete", name: "orders", match }),
  );

  test("check adds the columns and takes away what the claims are", async () => {
    const claimed = { other: { "public.customers.id": {} } };
    const checked = await notification.check({}, { ...inputs(), claimed });
    expect(checked).toEqual({
      inputs: {
        ...inputs(),
        columns: {
          "public.orders.id": {
            type: "integer",
            nullable: false,
            events: "INSERT, UPDATE, DELETE, TRUNCATE",
          },
        },
      },
      failures: [],
    });
  });

  test("check waits for what is unknown, in the notification or in its claims", async () => {
    for (const claimed of [unknownValue, { orders: unknownValue }]) {
      const { inputs: checked } = await notification.check({}, { ...inputs(), claimed } as never);
      expect(checked).toMatchObject({ columns: unknownValue });
      expect(checked).not.toHaveProperty("claimed");
    }
  });

  test("check names the property that is wrong, and never one with the value of a secret", async () => {
    const failuresOf = async (wrong: object) =>
      (await notification.check({}, { ...inputs(), ...wrong } as never)).failures;
    const typo = { hook: { type: "webhook", url: "https://a.b", authorization: "s3cret", mod: 1 } };
    expect(await failuresOf({ channels: typo })).toEqual([
      { property: "channels.hook", reason: 'IDB1201 channels.hook: unknown key "mod"' },
    ]);
    expect(await failuresOf({ channels: "s3cret" })).toMatchObject([{ property: "" }]);
    expect(
      await failuresOf({ match: [{ path: "public.orders", events: ["MERGE"] }] }),
    ).toMatchObject([{ property: "match[0].events[0]" }]);
    const unusable = { hook: { type: "webhook", url: "https://a.b", signing_secret: ["s3cret"] } };
    const [secret] = (await failuresOf({ channels: unusable })) ?? [];
    expect(secret).toEqual({
      property: "channels.hook.signing_secret",
      reason: expect.stringMatching(/IDB1201 .* must be whsec_ and 24 to 64 bytes/),
    });
    expect(
      await failuresOf({ channels: { live: { type: "socket", token: "short" } } }),
    ).toHaveLength(1);
    const plain = { hook: { type: "webhook", url: "ftp://a.b" } };
    const [failure] = (await failuresOf({ channels: plain })) ?? [];
    expect(failure).toMatchObject({ property: "channels.hook.url" });
    expect(failure?.reason).toContain("IDB2107");
  });

  test("a repeated create succeeds, and one over somebody else's must be an adoption", async () => {
    const { outs } = await notification.create(inputs());
    const keys = ["channels", "connection", "engine", "match", "name", "sealed", "stakeholder"];
    expect(Object.keys(outs).sort()).toEqual(keys);
    await expect(notification.create(inputs())).resolves.toBeDefined();
    const other = { ...inputs(), channels: { live: { type: "socket" as const } } };
    await expect(notification.create(other)).rejects.toThrow("IDB1206");
    await expect(notification.create({ ...other, adopt: true })).resolves.toBeDefined();
    await notification.delete("id", inputs());
  });

  test("an answer of read keeps every input, and what was given stays as it was", async () => {
    const frozen = Object.freeze({ ...inputs(), match: Object.freeze(match) as typeof match });
    const { outs } = await notification.create(frozen);
    const { props, inputs: read } = await notification.read("id", Object.freeze(outs));
    expect(props).toMatchObject(inputs());
    expect(Object.keys(read).sort()).toEqual([
      "channels",
      "columns",
      "connection",
      "match",
      "name",
      "stakeholder",
    ]);
    await notification.delete("id", outs);
    await notification.delete("id", outs);
    expect((await notification.read("id", outs)).id).toBe("");
  });

  test("without a relay key there is nothing to seal a secret to", async () => {
    const other = await withShop(postgres);
    await database.create({ connection: other.url });
    await other.sql("delete from integratedb.relay_public_key");
    await other.sql("select integratedb.put_stakeholder('keyless')");
    const keyless = { ...inputs(), connection: other.url, stakeholder: "keyless", match: [] };
    await expect(notification.create(keyless)).rejects.toThrow("IDB2110");
    const open = { ...keyless, channels: { live: { type: "socket" as const } } };
    await expect(notification.create(open)).resolves.toBeDefined();
  });
});

describe("the relay's key", () => {
  test("is made for a stack of release 0.1.0 at its next up, and kept from then on", async () => {
    const other = await withShop(postgres);
    const { outs } = await database.create({ connection: other.url });
    await other.sql("delete from integratedb.relay_public_key");
    const { relayKey: _, relayPublicKey: __, ...old } = outs;
    expect((await database.diff("id", old, outs)).changes).toBe(true);
    const { outs: first } = await database.update("id", old, { connection: other.url });
    expect(first["relayKey"]).toMatch(/^[\w-]{43}$/);
    const { outs: second } = await database.update("id", first, { connection: other.url });
    expect(second).toEqual(first);
    const { outs: adopted } = await database.create({ connection: other.url });
    expect(adopted["relayPublicKey"]).toBe(first["relayPublicKey"]);
    expect(adopted).not.toHaveProperty("relayKey");
  });

  test("roles of relays are granted, seen by a refresh, and revoked", async () => {
    const other = await withShop(postgres);
    await other.sql("create role relay_of_shop login replication");
    const inputs = { connection: other.url, relayRoles: ["relay_of_shop"] };
    const { outs } = await database.create(inputs);
    const roles = () => other.sql("select role_name from integratedb.relay_role");
    expect(await roles()).toEqual([{ role_name: "relay_of_shop" }]);
    await other.sql("select integratedb.revoke_relay('relay_of_shop')");
    const { props } = await database.read("id", outs);
    expect(props["drift"]).toEqual(["the relay role relay_of_shop was revoked"]);
    const { outs: repaired } = await database.update("id", { ...outs, ...props }, inputs);
    expect(await roles()).toHaveLength(1);
    await database.update("id", repaired, { connection: other.url });
    expect(await roles()).toEqual([]);
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
