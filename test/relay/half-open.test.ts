import { expect, test } from "vitest";
import { Link } from "./oracle/link.ts";
import { Receiver } from "./receiver.ts";
import { RelayStage } from "./relay-stage.ts";

test("a relay goes on by itself when all its connections fall silent and nobody is told", async () => {
  const stage = await RelayStage.start(18, { settings: { wal_sender_timeout: "2s" } });
  const receiver = await Receiver.start();
  const link = await Link.open(stage.postgres.port);
  try {
    const { INTEGRATEDB_RELAY_DATABASE_URL: url = "" } = stage.settings();
    const relay = await stage.relay({
      INTEGRATEDB_RELAY_DATABASE_URL: link.through(url),
      INTEGRATEDB_RELAY_DATABASE_TIMEOUT_SECONDS: "2",
    });
    await relay.ready();
    await stage.notify("orders", {
      match: [{ path: "public.orders", fields: ["id"] }],
      channels: { hook: { type: "webhook", url: receiver.url } },
    });
    await stage.sql("INSERT INTO orders VALUES (1, 'open')");
    await receiver.received(1);
    link.halfOpen();
    await stage.sql("INSERT INTO orders VALUES (2, 'open')");
    const events = await receiver.received(2, 30);
    expect(events.map(({ data }) => data.new?.["id"])).toEqual(["1", "2"]);
    link.halfOpen();
    await relay.end("SIGTERM");
    expect(relay.exitCode).toBe(0);
  } finally {
    await receiver.stop();
    await stage.stop();
    link.close();
  }
});
