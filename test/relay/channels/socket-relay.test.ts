import { afterAll, beforeAll, expect, test } from "vitest";
import { parseEvent, type RowEvent } from "../../../events/index.ts";
import { RelayStage } from "../relay-stage.ts";
import { basic, EventSourceClient } from "./socket-stage.ts";

let stage: RelayStage;

beforeAll(async () => {
  stage = await RelayStage.start();
  await stage.sql("CREATE ROLE reporting LOGIN PASSWORD 'secret' IN ROLE reporter");
  await stage.notify("orders", {
    match: [{ path: "public.orders", fields: ["id", "status"] }],
    channels: { live: { type: "socket" } },
  });
});

afterAll(async () => {
  await stage?.stop();
});

const path = "/events/reporter/orders/live";
const credentials = basic("reporting", "secret");

test("a receiver goes on with the relay that takes over, and misses nothing", async () => {
  const first = await stage.relay();
  await first.ready();
  const client = await EventSourceClient.open(first.url + path, credentials);
  expect(client.response.status).toBe(200);
  expect((await fetch(first.url + path, { headers: basic("reporting", "wrong") })).status).toBe(
    401,
  );
  expect(await first.metric("integratedb_relay_socket_receivers")).toBe(1);
  expect(await first.metric("integratedb_relay_socket_connections_total")).toBe(1);
  expect(await first.metric("integratedb_relay_socket_refusals_total")).toBe(1);
  expect(first.log).toMatch(/"stakeholder":"reporter".*"channel":"live".*a receiver has connected/);
  expect(first.log).toMatch(/"code":"IDB4160","address":"\S*127.0.0.1"/);
  await stage.sql(
    "INSERT INTO orders VALUES (1, 'open', 1, 'not for the reporter')",
    "UPDATE orders SET status = 'paid'",
  );
  await client.until(2);
  const second = await stage.relay();
  await second.ready("waiting");
  await first.end("SIGKILL");
  await stage.sql("DELETE FROM orders");
  await second.ready();
  const next = await EventSourceClient.open(second.url + path, {
    ...credentials,
    "last-event-id": client.lastId,
  });
  await next.until(1);
  next.close();
  const events = [...client.events, ...next.events].map(({ data }) => parseEvent(data));
  expect(events.map(({ type, data }) => [type, (data as RowEvent["data"]).index])).toEqual([
    ["integratedb.row.inserted", 0],
    ["integratedb.row.updated", 0],
    ["integratedb.row.deleted", 0],
  ]);
  expect(JSON.stringify(events)).not.toContain("not for the reporter");
  await second.end();
});
