import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "./delivery/fake-sink.ts";
import { Receiver } from "./receiver.ts";
import type { RelayProcess } from "./relay-process.ts";
import { RelayStage } from "./relay-stage.ts";

const megabyte = 2 ** 20;
const channels = 6;
const rowBytes = 25_000_000;
/** Of a container for rows of this size, as docs/operators.md has it. */
const limit = 512 * megabyte;

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

/** The most memory that the process ever had, in bytes. */
function peak({ pid }: RelayProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

test("channels that fail with a very large row take memory for some of it, however many they are", {
  timeout: 180_000,
}, async () => {
  const tries = new Map<string, number>();
  let isBroken = true;
  receiver.behaviour = (request, response) => {
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on("end", () => {
      const path = request.url ?? "";
      if (bytes > rowBytes) tries.set(path, (tries.get(path) ?? 0) + 1);
      response.writeHead(isBroken ? 500 : 204).end();
    });
  };
  // As in the image, and as Node limits itself in a container of 512 MB.
  const relay = await stage.relay(
    {},
    { nodeOptions: ["--max-old-space-size=256", "--heap-growing-percent=50"] },
  );
  await relay.ready();
  for (let number = 0; number < channels; number++) {
    // They may read different columns, so that each gets events of its own.
    const fields = ["note", ...["id", "status", "total"].slice(0, number % 4)];
    await stage.notify(`orders${number}`, {
      match: [{ path: "public.orders", events: ["INSERT"], fields }],
      channels: {
        hook: { type: "webhook", url: `${receiver.url}/${number}`, timeout_seconds: 60 },
      },
    });
  }
  await stage.sql(
    `INSERT INTO orders VALUES (1, 'open', 1, repeat('0123456789', ${rowBytes / 10}))`,
  );
  await until(() => tries.size === channels, 90);
  isBroken = false;
  tries.clear();
  await until(
    async () => (await relay.metric("integratedb_relay_events_delivered_total")) === channels,
    90,
  );
  expect(tries.size).toBe(channels);
  expect(peak(relay)).toBeLessThan(limit);
  await relay.end();
});
