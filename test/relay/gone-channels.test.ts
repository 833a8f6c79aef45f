import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./delivery/fake-sink.ts";
import { Receiver } from "./receiver.ts";
import type { RelayProcess } from "./relay-process.ts";
import { RelayStage } from "./relay-stage.ts";

let stage: RelayStage;
let receiver: Receiver;
let relay: RelayProcess;

beforeAll(async () => {
  stage = await RelayStage.start();
  receiver = await Receiver.start();
  relay = await stage.relay();
  await relay.ready();
});
afterAll(async () => {
  await receiver?.stop();
  await stage?.stop();
});

async function notify(name: string, url: string): Promise<void> {
  await stage.notify(name, {
    match: [{ path: "public.orders", events: ["INSERT"], fields: ["id"] }],
    channels: { hook: { type: "webhook", url } },
  });
}

/** The gauges that /metrics has of a notification's channel. */
async function gauges(name: string): Promise<string[]> {
  const text = await fetch(`${relay.url}/metrics`).then((response) => response.text());
  return text
    .split("\n")
    .filter((line) => /^integratedb_relay_(queued_bytes|spool_events|channel_failing)/.test(line))
    .filter((line) => line.includes(`notification="${name}"`));
}

async function isConfirmed(): Promise<boolean> {
  const { rows } = await stage.database.owner.query<{ is_past: boolean }>(
    `select confirmed_flush_lsn >= p.lsn as is_past from pg_replication_slots,
       (select lsn from (values ($1::pg_lsn)) as v (lsn)) as p`,
    [written],
  );
  return rows[0]?.is_past === true;
}
let written = "";

async function insert(id: number): Promise<void> {
  await stage.sql(`INSERT INTO orders (id, status) VALUES (${id}, 'open')`);
  const { rows } = await stage.database.owner.query("select pg_current_wal_lsn()::text as lsn");
  written = rows[0].lsn;
}

test("a channel whose row was deleted holds neither the slot nor anybody else", async () => {
  await notify("kept", receiver.url);
  await notify("deleted", "http://127.0.0.1:9/nobody");
  await insert(1);
  await receiver.received(1);
  await until(async () => (await gauges("deleted")).length === 3);
  await stage.sql("DELETE FROM integratedb.channel WHERE notification = 'deleted'");
  await insert(2);
  await receiver.received(2);
  await until(isConfirmed);
  await until(async () => (await gauges("deleted")).length === 0);
  expect(await gauges("kept")).not.toEqual([]);
  expect(relay.log).toContain('"code":"IDB4108"');
  await insert(3);
  await receiver.received(3);
  await until(isConfirmed);
});

test("the gauges of a channel that was removed are gone", async () => {
  await notify("removed", receiver.url);
  await insert(4);
  await until(async () => (await gauges("removed")).length > 0);
  await stage.sql("SELECT integratedb.delete_notification('reporter', 'removed')");
  await until(async () => (await gauges("removed")).length === 0);
  expect(await gauges("kept")).not.toEqual([]);
});
