import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { document } from "./command-line.ts";
import { Shop } from "./shop.ts";

const spec = {
  match: [
    { path: "public.orders", events: ["INSERT"], fields: ["id", { name: "status" }] },
    { path: "public.orders", events: ["TRUNCATE"], channels: ["live"] },
  ],
  channels: { hook: { type: "webhook", url: "https://a.b" }, live: { type: "socket" } },
};

/** An event of the spool or the dead letters, as a relay writes it. */
function event(index: number): object {
  return {
    specversion: "1.0",
    id: `0/10:${index}`,
    type: "integratedb.row.inserted",
    subject: "public.orders/1",
    time: "2026-01-02T03:04:05.678901Z",
    data: { new: { id: 1 } },
  };
}

describe.each(postgresVersions())("on Postgres %i", (version) => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());

  /** With a notification of two channels, and the id of the webhook. */
  async function withNotification(): Promise<{ shop: Shop; hook: unknown }> {
    const shop = await Shop.withReporter(postgres);
    await shop.putNotification("orders", spec);
    const [row] = await shop.query("SELECT id FROM integratedb.channel WHERE name = 'hook'");
    return { shop, hook: row?.["id"] };
  }

  async function bury(shop: Shop, channel: unknown, ...indexes: number[]): Promise<void> {
    for (const index of indexes) {
      await shop.query(
        `INSERT INTO integratedb.dead_letter (channel_id, lsn, index, key, event, reason, tries)
         VALUES ($1, '0/10', $2, 'k', $3, 'HTTP status 410', $4)`,
        [
          channel,
          index,
          event(index),
          JSON.stringify([{ at: "2026-01-02T03:04:06Z", reason: "500" }]),
        ],
      );
    }
  }

  test("notifications says who is told of what, one table a line", async () => {
    const { shop } = await withNotification();
    const { exit, stdout } = await shop.run("notifications");
    expect(exit).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ["STAKEHOLDER", "NOTIFICATION", "PATH", "EVENTS", "FIELDS", "WHERE", "CHANNELS"],
      [shop.reporter, "orders", "public.orders", "INSERT", "id,status", "*"],
      [shop.reporter, "orders", "public.orders", "TRUNCATE", "live"],
    ]);
    expect(document(await shop.run("notifications", "--json"))).toEqual({
      notifications: [
        {
          stakeholder: shop.reporter,
          notification: "orders",
          match: spec.match,
          channels: expect.arrayContaining([
            { name: "hook", type: "webhook" },
            { name: "live", type: "socket" },
          ]),
          met: true,
          since: expect.any(String),
        },
      ],
    });
    const other = await shop.run("notifications", "--stakeholder", "nobody");
    expect(other.stdout).toBe("Nobody is told of anything.\n");
    await shop.close();
  });

  test("channels says that no relay has worked yet", async () => {
    const { shop } = await withNotification();
    const { exit, stdout } = await shop.run("channels");
    expect(exit).toBe(0);
    expect(stdout).toContain("No relay has read from this database yet.");
    expect(document(await shop.run("channels", "--json"))).toMatchObject({
      channels: [
        { channel: "hook", state: null, lagBytes: null, spooled: 0, deadLetters: 0, delivered: 0 },
        { channel: "live", type: "socket", retired: false },
      ],
      slots: [],
    });
    await shop.close();
  });

  test("channels says how far each is behind, and what went wrong last", async () => {
    const { shop, hook } = await withNotification();
    await shop.query("SELECT pg_create_logical_replication_slot('lag', 'pgoutput')");
    await shop.query(
      `INSERT INTO integratedb.relay_position (slot_name, lsn, revision)
       SELECT slot_name, confirmed_flush_lsn, 1 FROM pg_replication_slots WHERE slot_name = 'lag'`,
    );
    await shop.query(
      `INSERT INTO integratedb.lane (channel_id, state, last_error, last_error_at, delivered)
       VALUES ($1, 'failing', 'HTTP status 503', now(), 7)`,
      [hook],
    );
    await shop.query(`INSERT INTO integratedb.spool VALUES ($1, '0/10', 0, 'k', $2)`, [
      hook,
      { ...event(0), time: new Date(Date.now() - 90_000).toISOString() },
    ]);
    await shop.query("INSERT INTO orders VALUES (1)");
    const result = await shop.run("channels", "--json");
    expect(result.exit).toBe(1);
    const { channels, slots } = document(result) as {
      channels: { lagBytes: number; lagSeconds: number }[];
      slots: { lagBytes: number }[];
    };
    expect(channels).toMatchObject([
      { channel: "hook", state: "failing", spooled: 1, delivered: 7, lastError: "HTTP status 503" },
      { channel: "live", state: null, lagSeconds: null },
    ]);
    expect(slots).toMatchObject([{ slot: "lag", active: false, lost: false, gap: null }]);
    const [hookLag, liveLag] = channels;
    expect(hookLag?.lagSeconds).toBeGreaterThan(89);
    expect(hookLag?.lagSeconds).toBeLessThan(300);
    expect(liveLag?.lagBytes).toBeGreaterThan(0);
    expect(hookLag?.lagBytes).toBeGreaterThan(liveLag?.lagBytes ?? 0);
    expect((await shop.run("channels")).stdout).toContain(
      `${shop.reporter}/orders/hook fails: HTTP status 503`,
    );
    await shop.query("SELECT pg_drop_replication_slot('lag')");
    await shop.close();
  });

  test("a lost slot's gap is accepted, and that of a slot which is there is not", async () => {
    const { shop } = await withNotification();
    await shop.query("SELECT pg_create_logical_replication_slot('gap', 'pgoutput')");
    await shop.query(
      "INSERT INTO integratedb.relay_position (slot_name, lsn, revision) VALUES ('gap', '0/10', 1)",
    );
    const refused = await shop.run("relay", "accept-gap");
    expect(refused.exit).toBe(5);
    expect(refused.stderr).toContain("IDB1308");
    expect(refused.stderr).toContain("gap (there)");

    await shop.query("SELECT pg_drop_replication_slot('gap')");
    const lost = await shop.run("channels");
    expect(lost.exit).toBe(1);
    expect(lost.stdout).toContain("slot gap: lost, confirmed 0/10; accept the gap with");
    const accepted = await shop.run("relay", "accept-gap", "--json");
    expect(document(accepted)).toEqual({
      slot: "gap",
      from: "0/10",
      reason: "the slot does not exist any more",
    });
    expect(await shop.query("SELECT gap FROM integratedb.relay_position")).toEqual([
      { gap: { from: "0/10", reason: "the slot does not exist any more" } },
    ]);
    const none = await shop.run("relay", "accept-gap", "--slot", "other");
    expect(none.stderr).toContain("gap (lost)");
    await shop.close();
  });

  test("dlq list and show tell why an event died and how it was tried", async () => {
    const { shop, hook } = await withNotification();
    expect(await shop.run("dlq", "list")).toMatchObject({
      exit: 0,
      stdout: "There are no dead letters.\n",
    });
    await bury(shop, hook, 0, 1, 2);
    const list = await shop.run("dlq", "list", "--limit", "2");
    expect(list.exit).toBe(1);
    expect(list.stdout).toMatch(/orders +hook +0\/10:0 .*HTTP status 410\n/);
    expect(list.stdout).toContain("… and 1 more");
    const { total, deadLetters } = document(await shop.run("dlq", "list", "--json")) as {
      total: number;
      deadLetters: { id: string; event: string }[];
    };
    expect(total).toBe(3);
    expect(deadLetters.map((letter) => letter.event)).toEqual(["0/10:0", "0/10:1", "0/10:2"]);

    const id = deadLetters[1]?.id ?? "";
    expect(document(await shop.run("dlq", "show", id, "--json"))).toMatchObject({
      id,
      channel: "hook",
      reason: "HTTP status 410",
      redriven: false,
      tries: [{ at: "2026-01-02T03:04:06Z", reason: "500" }],
      event: event(1),
    });
    expect((await shop.run("dlq", "show", id)).stdout).toContain('"subject": "public.orders/1"');
    const missing = await shop.run("dlq", "show", "99999");
    expect(missing.exit).toBe(5);
    expect(missing.stderr).toContain("IDB1307");
    for (const argv of [
      ["show", "one"],
      ["list", "--id", "one"],
      ["list", "--limit", "0"],
      ["show"],
    ]) {
      expect((await shop.run("dlq", ...argv)).exit).toBe(2);
    }
    await shop.close();
  });

  test("dlq list takes filters, all of which must hold", async () => {
    const { shop, hook } = await withNotification();
    await bury(shop, hook, 0, 1);
    const found = async (...filters: string[]) =>
      (document(await shop.run("dlq", "list", "--json", ...filters)) as { total: number }).total;
    expect(await found("--stakeholder", shop.reporter.toUpperCase())).toBe(2);
    expect(await found("--notification", "orders", "--channel", "hook")).toBe(2);
    expect(await found("--notification", "orders", "--channel", "live")).toBe(0);
    expect(await found("--stakeholder", "nobody")).toBe(0);
    const [row] = await shop.query("SELECT min(id)::text AS id FROM integratedb.dead_letter");
    expect(await found("--id", String(row?.["id"]))).toBe(1);
    await shop.close();
  });

  test("dlq redrive puts events back into the spool, once, and tells the relay", async () => {
    const { shop, hook } = await withNotification();
    await bury(shop, hook, 0, 1);
    const told = shop.nextNotice("integratedb_relay");
    expect((await shop.run("dlq", "redrive")).stderr).toContain("IDB1306");
    const result = await shop.run("dlq", "redrive", "--channel", "hook", "--json");
    expect(result.exit).toBe(0);
    expect(document(result)).toEqual({ redriven: 2 });
    await told;
    const spooled = await shop.query("SELECT index, key, event FROM integratedb.spool ORDER BY 1");
    expect(spooled).toMatchObject([{ index: "0", key: "k" }, { index: "1" }]);
    expect(JSON.parse(String(spooled[0]?.["event"]))).toEqual(event(0));
    expect((await shop.run("dlq", "list")).exit).toBe(0);
    expect(document(await shop.run("dlq", "redrive", "--all", "--json"))).toEqual({ redriven: 0 });
    // What dies again is a dead letter again, and can be sent again.
    await bury(shop, hook, 1);
    expect((await shop.run("dlq", "redrive", "--all")).stdout).toBe(
      "Put 1 dead letter back into the spool.\n",
    );
    await shop.close();
  });

  test("dlq discard deletes what it is told to, and says how many", async () => {
    const { shop, hook } = await withNotification();
    await bury(shop, hook, 0, 1);
    expect((await shop.run("dlq", "discard")).exit).toBe(2);
    const [row] = await shop.query("SELECT min(id)::text AS id FROM integratedb.dead_letter");
    expect((await shop.run("dlq", "discard", "--id", String(row?.["id"]))).stdout).toBe(
      "Discarded 1 dead letter.\n",
    );
    expect(document(await shop.run("dlq", "discard", "--all", "--json"))).toEqual({ discarded: 1 });
    expect(await shop.query("SELECT FROM integratedb.dead_letter")).toEqual([]);
    await shop.close();
  });

  test.each([
    ["keygen"],
    ["seal"],
    ["notifications"],
    ["channels"],
    ["dlq list"],
    ["dlq show 1"],
    ["dlq redrive --all"],
    ["dlq discard --all"],
    ["relay accept-gap"],
  ])("%s without an engine exits 4", async (line) => {
    const shop = await Shop.open(postgres);
    const { exit, stderr } = await shop.run(...line.split(" "));
    expect(exit).toBe(4);
    expect(stderr).toContain("IDB1111");
    await shop.close();
  });

  test("uninstall takes notifications, channels and publications along", async () => {
    const { shop, hook } = await withNotification();
    await shop.run("keygen");
    await bury(shop, hook, 0);
    const { exit } = await shop.run("uninstall", "--yes");
    expect(exit).toBe(0);
    const [left] = await shop.query(
      `SELECT (SELECT count(*)::int FROM pg_publication) AS publications,
         to_regnamespace('integratedb') AS schema`,
    );
    expect(left).toEqual({ publications: 0, schema: null });
    await shop.close();
  });
});
