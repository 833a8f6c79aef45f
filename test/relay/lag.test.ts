import { expect, test } from "vitest";
import { TcpProxy } from "../tcp-proxy.ts";
import { until } from "./delivery/fake-sink.ts";
import { RelayStage } from "./relay-stage.ts";

test("the seconds that a relay is behind grow while it cannot reach the database", async () => {
  const stage = await RelayStage.start();
  const proxy = await TcpProxy.open(stage.postgres.port);
  try {
    const { INTEGRATEDB_RELAY_DATABASE_URL: url = "" } = stage.settings();
    const relay = await stage.relay({ INTEGRATEDB_RELAY_DATABASE_URL: proxy.through(url) });
    await relay.ready();
    const lag = () => relay.metric("integratedb_relay_lag_seconds");
    await until(async () => (await lag()) < 2);
    proxy.refuse();
    await until(async () => (await lag()) > 3);
    const before = await lag();
    await until(async () => (await lag()) > before);
    expect(await relay.metric("integratedb_relay_active")).toBe(0);
    proxy.restore();
    await until(async () => (await lag()) < before);
    await relay.end();
  } finally {
    await stage.stop();
    await proxy.close();
  }
});
