import { afterAll, beforeAll, expect, test } from "vitest";
import { Receiver } from "./receiver.ts";
import { RelayStage } from "./relay-stage.ts";

let stage: RelayStage;
let receiver: Receiver;

beforeAll(async () => {
  stage = await RelayStage.start();
  receiver = await Receiver.start();
});
afterAll(async () => {
  await receiver?.stop();
  await stage?.stop();
});

test("a relay that runs delivers what is committed after a notification was put, and nothing before", async () => {
  const relay = await stage.relay();
  await relay.ready();
  await stage.sql("INSERT INTO orders VALUES (1, 'before', 1)");
  await stage.notify("orders", {
    match: [{ path: "public.orders", events: ["*"], fields: ["id", "status"] }],
    channels: { hook: { type: "webhook", url: receiver.url, concurrency: 1 } },
  });
  await stage.sql(
    "INSERT INTO orders VALUES (2, 'open', 12.5)",
    "UPDATE orders SET status = 'paid' WHERE id = 2",
    "DELETE FROM orders WHERE id = 2",
  );
  const events = await receiver.received(3);
  expect(events.map(({ type, data }) => [type, data.new ?? data.old])).toEqual([
    ["integratedb.row.inserted", { id: "2", status: "open" }],
    ["integratedb.row.updated", { id: "2", status: "paid" }],
    ["integratedb.row.deleted", { id: "2" }],
  ]);
  await relay.end();
});

test("after a kill the relay goes on with the same ids, and loses nothing", async () => {
  const relay = await stage.relay();
  await relay.ready();
  receiver.events.length = 0;
  receiver.behaviour = (request, response) => {
    request.resume();
    response.writeHead(500).end();
  };
  await stage.sql("INSERT INTO orders SELECT i, 'open', i FROM generate_series(100, 199) i");
  await relay.end("SIGKILL");
  receiver.behaviour = undefined;
  const next = await stage.relay();
  await next.ready();
  await stage.sql("INSERT INTO orders VALUES (200, 'open', 1)");
  const events = await receiver.received(101);
  expect(new Set(events.map(({ data }) => data.new?.["id"])).size).toBe(101);
  expect(new Set(events.map(({ id }) => id)).size).toBe(101);
  await next.end();
});

test("a second relay waits, and takes over within seconds when the first is killed", async () => {
  const first = await stage.relay();
  await first.ready();
  const second = await stage.relay();
  await second.ready("waiting");
  receiver.events.length = 0;
  await first.end("SIGKILL");
  const killedAt = performance.now();
  await stage.sql("INSERT INTO orders VALUES (300, 'open', 1)");
  await receiver.received(1);
  expect(performance.now() - killedAt).toBeLessThan(5_000);
  await second.end();
});

test("a relay that is asked to stop delivers what is under way and ends with 0", async () => {
  const relay = await stage.relay();
  await relay.ready();
  receiver.events.length = 0;
  await stage.sql("INSERT INTO orders SELECT i, 'open', i FROM generate_series(1000, 1999) i");
  await receiver.received(1);
  await relay.end("SIGTERM");
  expect(relay.exitCode).toBe(0);
  const taken = receiver.events.length;
  const next = await stage.relay();
  await next.ready();
  await receiver.received(1000);
  expect(receiver.events.length - taken).toBeLessThanOrEqual(1000);
  expect(new Set(receiver.events.map(({ id }) => id)).size).toBe(1000);
  await next.end();
});
