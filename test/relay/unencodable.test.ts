import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./delivery/fake-sink.ts";
import { Receiver } from "./receiver.ts";
import { RelayStage } from "./relay-stage.ts";

const fault = fileURLToPath(new URL("faults/encoder-fault.ts", import.meta.url));

let stage: RelayStage;
let whole: Receiver;
let part: Receiver;

beforeAll(async () => {
  stage = await RelayStage.start();
  whole = await Receiver.start();
  part = await Receiver.start();
});
afterAll(async () => {
  await whole?.stop();
  await part?.stop();
  await stage?.stop();
});

/** Two channels, of which one may not read the column that makes trouble. */
async function notify(): Promise<void> {
  const events = ["INSERT"];
  await stage.notify("all", {
    match: [{ path: "public.orders", events, fields: ["id", "note"] }],
    channels: { hook: { type: "webhook", url: whole.url, concurrency: 1 } },
  });
  await stage.notify("some", {
    match: [{ path: "public.orders", events, fields: ["id"] }],
    channels: { hook: { type: "webhook", url: part.url, concurrency: 1 } },
  });
}

async function deadLetters() {
  const { rows } = await stage.database.owner.query<{ event: string; reason: string }>(
    "select event, reason from integratedb.dead_letter order by id",
  );
  return rows;
}

const reason = "IDB4106 the change of public.orders could not be made an event: TypeError in note";

test("a change that cannot be encoded is a dead letter, and all others arrive", async () => {
  const relay = await stage.relay({}, { nodeOptions: ["--import", fault] });
  await relay.ready();
  await notify();
  await stage.sql(
    `INSERT INTO orders (id, status, note) VALUES (1, 'open', 'a'), (2, 'open', 'malformed'), (3, 'open', 'b')`,
  );
  const arrived = await whole.received(2);
  expect(arrived.map(({ data }) => data.new?.["id"])).toEqual(["1", "3"]);
  expect((await part.received(3)).map(({ data }) => data.new?.["id"])).toEqual(["1", "2", "3"]);
  await until(async () => (await deadLetters()).length > 0);
  const [letter] = await deadLetters();
  expect(letter?.reason).toBe(reason);
  const event = JSON.parse(letter?.event ?? "{}");
  expect(event).toMatchObject({
    id: part.events[1]?.id,
    type: "integratedb.unencodable",
    subject: "public.orders/2",
    data: { table: { schema: "public", name: "orders" }, problem: reason, index: 1 },
  });
  expect(await relay.metric("integratedb_relay_unencodable_total")).toBe(1);
  expect(await relay.metric("integratedb_relay_dead_letters_total")).toBe(1);
  expect(relay.log).toContain('"code":"IDB4106"');
  expect(letter?.event + relay.log).not.toContain("malformed");
  // All of it is durable, so the server need not send it again.
  const { rows } = await stage.database.owner.query<{ lsn: string }>(
    "select pg_current_wal_lsn()::text as lsn",
  );
  await until(async () => {
    const { rows: slots } = await stage.database.owner.query<{ is_past: boolean }>(
      "select confirmed_flush_lsn >= $1::pg_lsn as is_past from pg_replication_slots",
      [rows[0]?.lsn],
    );
    return slots[0]?.is_past === true;
  });
  await relay.end();
});

test("what has no event is a dead letter again after a redrive, and never sent", async () => {
  const relay = await stage.relay();
  await relay.ready();
  await stage.sql(
    `WITH sent AS (UPDATE integratedb.dead_letter SET redriven = true RETURNING *)
     INSERT INTO integratedb.spool (channel_id, lsn, index, key, event)
     SELECT channel_id, lsn, index, key, event FROM sent`,
    "NOTIFY integratedb_relay",
  );
  await until(async () => (await deadLetters()).length === 2);
  expect((await deadLetters()).map((letter) => letter.reason)).toEqual([reason, reason]);
  expect(whole.events).toHaveLength(2);
  await relay.end();
});
