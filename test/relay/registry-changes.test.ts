import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Receiver } from "./receiver.ts";
import type { RelayProcess } from "./relay-process.ts";
import { RelayStage } from "./relay-stage.ts";

let stage: RelayStage;
let relay: RelayProcess;

beforeAll(async () => {
  stage = await RelayStage.start();
  relay = await stage.relay();
  await relay.ready();
});
afterAll(() => stage?.stop());

/** A notification of its own for each test, to a receiver of its own. */
async function notified(name: string, match: object = {}) {
  const receiver = await Receiver.start();
  const put = (url: string) =>
    stage.notify(name, {
      match: [{ path: "public.orders", events: ["*"], fields: ["id", "status"], ...match }],
      channels: { hook: { type: "webhook", url } },
    });
  await put(receiver.url);
  return { receiver, put };
}

const ids = (receiver: Receiver) => receiver.events.map(({ data }) => data.new?.["id"]);

async function rows(sql: string): Promise<unknown[]> {
  return (await stage.database.owner.query(sql)).rows;
}

test("a channel's new address is used for what is committed from then on", async () => {
  const { receiver, put } = await notified("moved");
  const next = await Receiver.start();
  await stage.sql("INSERT INTO orders VALUES (10, 'open', 1)");
  await receiver.received(1);
  await put(next.url);
  await stage.sql("INSERT INTO orders VALUES (11, 'open', 1)");
  await next.received(1);
  expect([ids(receiver), ids(next)]).toEqual([["10"], ["11"]]);
  await Promise.all([receiver.stop(), next.stop()]);
});

test("what was committed before a notification is deleted is delivered, and nothing after", async () => {
  const { receiver } = await notified("deleted");
  const hold = Promise.withResolvers<void>();
  receiver.behaviour = (_, response) => {
    hold.promise.then(() => response.writeHead(503).end());
  };
  await stage.sql(
    "INSERT INTO orders VALUES (20, 'open', 1)",
    "SELECT integratedb.delete_notification('reporter', 'deleted')",
    "INSERT INTO orders VALUES (21, 'open', 1)",
  );
  await sleep(500);
  receiver.behaviour = undefined;
  hold.resolve();
  await receiver.received(1);
  await expect
    .poll(() => rows("SELECT id FROM integratedb.channel WHERE retired"), { timeout: 10_000 })
    .toEqual([]);
  expect(ids(receiver)).toEqual(["20"]);
  await receiver.stop();
});

test("dead letters of a channel that is gone stay until somebody has seen to them", async () => {
  const { receiver } = await notified("dying");
  receiver.behaviour = (request, response) => {
    request.resume();
    response.writeHead(400).end();
  };
  const letters = () =>
    rows(
      "SELECT lsn FROM integratedb.dead_letter d JOIN integratedb.channel c ON c.id = d.channel_id WHERE c.notification = 'dying'",
    );
  await stage.sql("INSERT INTO orders VALUES (25, 'open', 1)");
  await expect.poll(letters, { timeout: 15_000 }).toHaveLength(1);
  await stage.sql("SELECT integratedb.delete_notification('reporter', 'dying')");
  await sleep(5_000);
  expect(await letters()).toHaveLength(1);
  await receiver.stop();
});

test("a row condition takes effect in the same way", async () => {
  const { receiver } = await notified("paid", { where: { status: "paid" }, events: ["INSERT"] });
  await stage.sql(
    "INSERT INTO orders VALUES (30, 'open', 1), (31, 'paid', 1), (32, 'open', 1)",
    "INSERT INTO orders VALUES (33, 'paid', 1)",
  );
  await receiver.received(2);
  expect(ids(receiver)).toEqual(["31", "33"]);
  await receiver.stop();
});

test("a column that a migration adds arrives from that migration on", async () => {
  const { receiver } = await notified("all", { fields: ["*"] });
  await stage.sql(
    "BEGIN; ALTER TABLE orders ADD COLUMN extra text; SELECT integratedb_validate_migration(); COMMIT",
    "INSERT INTO orders VALUES (40, 'open', 1, null, 'x')",
  );
  const [event] = await receiver.received(1);
  expect(event?.data.new).toEqual({
    id: "40",
    status: "open",
    total: "1.00",
    note: null,
    extra: "x",
  });
  await receiver.stop();
});

test("a restart knows who was to get what where it starts", async () => {
  const { receiver } = await notified("restart");
  await relay.end("SIGKILL");
  await stage.sql(
    "INSERT INTO orders VALUES (50, 'open', 1)",
    "SELECT integratedb.delete_notification('reporter', 'restart')",
    "INSERT INTO orders VALUES (51, 'open', 1)",
  );
  relay = await stage.relay();
  await relay.ready();
  await receiver.received(1);
  await sleep(500);
  expect(ids(receiver)).toEqual(["50"]);
  await receiver.stop();
});

test("a slot that is gone stops the relay; once the gap is accepted all channels are told of it", async () => {
  const { receiver } = await notified("gap");
  await stage.sql("INSERT INTO orders VALUES (60, 'open', 1)");
  await receiver.received(1);
  await relay.end();
  await stage.sql(
    "SELECT pg_drop_replication_slot('integratedb')",
    "INSERT INTO orders VALUES (61, 'open', 1)",
  );
  const stopped = await stage.relay();
  await expect(stopped.ready()).rejects.toThrow(/IDB4010/);
  expect(stopped.exitCode).toBe(1);
  // As after a restore into another cluster, whose positions begin low again.
  await stage.sql("UPDATE integratedb.lane SET accepted_lsn = 'FF/0', accepted_index = 0");
  await stage.sql(`UPDATE integratedb.relay_position SET gap = '{"reason": "accepted"}'`);
  relay = await stage.relay();
  await relay.ready();
  await stage.sql("INSERT INTO orders VALUES (62, 'open', 1)");
  const events = await receiver.received(3);
  expect(events.map(({ type }) => type)).toEqual([
    "integratedb.row.inserted",
    "integratedb.gap",
    "integratedb.row.inserted",
  ]);
  await expect
    .poll(() => rows("SELECT gap FROM integratedb.relay_position"), { timeout: 10_000 })
    .toEqual([{ gap: null }]);
  await receiver.stop();
});

test("a relay with another key than the database's does not start", async () => {
  const other = await stage.relay({
    INTEGRATEDB_RELAY_KEY: Buffer.alloc(32, 7).toString("base64url"),
  });
  await expect(other.ready()).rejects.toThrow(/IDB4002/);
  expect(other.exitCode).toBe(1);
});

test("a channel that this relay cannot open fails with the reason and holds nothing up", async () => {
  const { receiver } = await notified("beside");
  await stage.notify("sealed", {
    match: [{ path: "public.orders", events: ["INSERT"], fields: ["id"] }],
    channels: {
      hook: { type: "webhook", url: receiver.url, authorization: { sealed: "AQ".padEnd(90, "A") } },
    },
  });
  await stage.sql("INSERT INTO orders VALUES (70, 'open', 1)");
  await receiver.received(1);
  await expect
    .poll(() => rows("SELECT last_error FROM integratedb.channels WHERE notification = 'sealed'"), {
      timeout: 15_000,
    })
    .toEqual([{ last_error: expect.stringContaining("IDB4107") }]);
  await receiver.stop();
});
