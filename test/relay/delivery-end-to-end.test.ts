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
});
