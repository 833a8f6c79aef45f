import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildRelay } from "../../scripts/build-relay.ts";
import { Receiver } from "./receiver.ts";
import { RelayStage } from "./relay-stage.ts";

let folder: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "integratedb-bundle-"));
  program = await buildRelay(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the bundle is a program of a few megabytes and its health check", async () => {
  expect((await readdir(folder)).sort()).toEqual(["health-check.js", "main.js"]);
  const { size, mode } = await stat(program);
  expect(mode & 0o777).toBe(0o755);
  expect(size).toBeLessThan(5e6);
});

test("the bundle delivers events from a folder that has no node_modules", async () => {
  const stage = await RelayStage.start();
  const receiver = await Receiver.start();
  try {
    const relay = await stage.relay({}, { program });
    await relay.ready();
    await stage.notify("orders", {
      match: [{ path: "public.orders", fields: ["id"] }],
      channels: { hook: { type: "webhook", url: receiver.url } },
    });
    await stage.sql("INSERT INTO orders VALUES (1, 'open', 12.5)");
    const [event] = await receiver.received(1);
    expect(event?.data.new).toEqual({ id: "1" });
    await relay.end();
    expect(relay.exitCode).toBe(0);
  } finally {
    await receiver.stop();
    await stage.stop();
  }
});
