import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { RelayArgs } from "../../components/index.ts";
import { settingNames } from "../../components/relay/settings.ts";
import { settings } from "../../relay/config.ts";
import { RelayProcess } from "../relay/relay-process.ts";
import { catalogOf } from "./catalog.ts";
import { type RelayedShop, relayedShop } from "./relayed-shop.ts";

let postgres: RelayedShop["postgres"];
let project: RelayedShop["project"];
let shop: RelayedShop["shop"];
let stack: RelayedShop["stack"];
let receiver: RelayedShop["receiver"];
let before: string;
let relayed: RelayedShop;

beforeAll(async () => {
  relayed = await relayedShop("relay");
  ({ postgres, project, shop, stack, receiver, before } = relayed);
});
afterAll(() => relayed?.stop());

type Further = Partial<Omit<RelayArgs, "database">>;

function declare(args: Further | undefined): void {
  stack.program = async () => {
    const database = relayed.declare(receiver.url);
    if (args === undefined) return {};
    const relay = new project.integratedb.Relay("relay", { database, ...args });
    return { environment: relay.environment, image: relay.image, health: relay.healthCheck };
  };
}

const slots = async () =>
  (await shop.sql("select slot_name as slot from pg_replication_slots")).map(({ slot }) => slot);
const logins = async () =>
  (
    await shop.sql("select rolname as name from pg_roles where rolreplication and not rolsuper")
  ).map(({ name }) => name);

describe("a Relay", () => {
  test("takes every setting that a relay has", () => {
    const made = ["DATABASE_URL", "KEY", "SLOT"];
    const taken = [...Object.values(settingNames), ...made].sort();
    expect(taken).toEqual(Object.keys(settings.shape).sort());
  });

  test("is refused in the preview if its image is of another release than the engine", async () => {
    declare({ image: "ghcr.io/integratedb/relay:0.1.0" });
    const preview = await stack.preview();
    expect(preview.ok).toBe(false);
    expect(preview.output).toContain("IDB1209 The image ghcr.io/integratedb/relay:0.1.0");
    expect(preview.output).toContain("Expected: one of version 0.2.x");
    expect(await catalogOf(shop)).toBe(before);
  });

  let environment: Record<string, string>;
  test("gives what a relay needs, in secret", async () => {
    declare({ settings: { drainSeconds: 3, allowAddresses: ["127.0.0.0/8"] } });
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    expect(up.outputs["image"]).toBe("ghcr.io/integratedb/relay:0.2.0");
    environment = up.outputs["environment"] as Record<string, string>;
    expect(environment).toMatchObject({
      INTEGRATEDB_RELAY_SLOT: "integratedb",
      INTEGRATEDB_RELAY_DRAIN_SECONDS: "3",
    });
    expect(environment["INTEGRATEDB_RELAY_DATABASE_URL"]).toContain("//integratedb_relay:");
    const password = new URL(environment["INTEGRATEDB_RELAY_DATABASE_URL"] ?? "").password;
    for (const text of [
      await stack.exportText(),
      up.output,
      await readFile(postgres.logFile, "utf8"),
    ]) {
      expect(text).not.toContain(password);
    }
    for (const text of [await stack.exportText(), up.output]) {
      expect(text).not.toContain(environment["INTEGRATEDB_RELAY_KEY"]);
    }
  });

  test("has its slot before a relay runs: what is committed until then is delivered", async () => {
    await shop.sql("insert into orders values (10, 1, 'early', 1)");
    const [written] = await shop.sql("select pg_current_wal_lsn() as lsn");
    const relay = await RelayProcess.start(environment);
    await relay.ready();
    await receiver.received(1);
    await vi.waitFor(
      async () => {
        const [slot] = await shop.sql(
          "select confirmed_flush_lsn >= $1 as confirmed from pg_replication_slots",
          [written?.["lsn"]],
        );
        expect(slot).toEqual({ confirmed: true });
      },
      { timeout: 20_000 },
    );
    await relay.end();
    expect(receiver.events.map(({ data }) => data.new)).toEqual([{ id: 10, status: "early" }]);
  });

  test("is not deleted while events are undelivered, and says how many", async () => {
    await shop.sql("insert into orders select i, 1, 'late', 1 from generate_series(11, 13) i");
    declare(undefined);
    const up = await stack.up();
    expect(up.ok).toBe(false);
    expect(up.output).toContain(
      "IDB1208 The relay has not delivered 3 changes that no relay has read.",
    );
    expect(await slots()).toEqual(["integratedb"]);
    expect(await logins()).toEqual(["integratedb_relay"]);
  });

  test("is deleted with them if told so, and leaves neither login nor slot", async () => {
    declare({ deletion: "drop" });
    expect(await stack.up()).toMatchObject({ ok: true });
    declare(undefined);
    const up = await stack.up();
    expect(up.ok, up.output).toBe(true);
    expect(up.output).toContain("without delivering 3 changes that no relay has read");
    expect(await slots()).toEqual([]);
    expect(await logins()).toEqual([]);
  });

  test("is refused where somebody else has its slot, and leaves no login", async () => {
    await shop.sql("select pg_create_logical_replication_slot('integratedb', 'pgoutput')");
    declare({});
    const up = await stack.up();
    expect(up.ok).toBe(false);
    expect(up.output).toContain("IDB1207 There is a replication slot integratedb already.");
    expect(await logins()).toEqual([]);
    await shop.sql("select pg_drop_replication_slot('integratedb')");
  });

  test("that loses its login and its rights gets them back", async () => {
    declare({});
    expect(await stack.up()).toMatchObject({ ok: true });
    await shop.sql("select integratedb.drop_relay_login('integratedb_relay')");
    const up = await stack.up({ refresh: true });
    expect(up.ok, up.output).toBe(true);
    environment = up.outputs["environment"] as Record<string, string>;
    const relay = await RelayProcess.start(environment);
    await relay.ready();
    await relay.end();
  });

  test("goes with its stack, which leaves the database as it was", async () => {
    const destroy = await stack.destroy();
    expect(destroy.ok, destroy.output).toBe(true);
    expect(await catalogOf(shop)).toBe(before);
    expect(await slots()).toEqual([]);
  });
});
