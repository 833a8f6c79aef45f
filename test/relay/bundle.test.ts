import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seal } from "../../provider/runtime/seal.ts";
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

test("the bundle is a program of less than 3 MB and its health check", async () => {
  expect((await readdir(folder)).sort()).toEqual(["health-check.js", "main.js"]);
  const { size, mode } = await stat(program);
  expect(mode & 0o777).toBe(0o755);
  expect(size).toBeLessThan(3_000_000);
});

test("the bundle has the client of every broker", async () => {
  const stage = await RelayStage.start();
  try {
    const relay = await stage.relay({}, { program });
    await relay.ready();
    const { rows } = await stage.database.owner.query("SELECT integratedb.relay_key() AS key");
    const aws = {
      endpoint: "http://127.0.0.1:1",
      region: "eu-west-1",
      access_key_id: "key",
      secret_access_key: { sealed: seal("secret", rows[0].key) },
    };
    await stage.notify("orders", {
      match: [{ path: "public.orders", fields: ["id"] }],
      channels: {
        redis: { type: "redis", url: "redis://127.0.0.1:1" },
        nats: { type: "nats", url: "nats://127.0.0.1:1" },
        rabbitmq: { type: "rabbitmq", url: "amqp://127.0.0.1:1" },
        kafka: { type: "kafka", brokers: "127.0.0.1:1", topic: "orders" },
        sqs: { type: "sqs", queue_url: "http://127.0.0.1:1/1/orders", ...aws },
        sns: { type: "sns", topic_arn: "arn:aws:sns:eu-west-1:123456789012:orders", ...aws },
      },
    });
    await stage.sql("INSERT INTO orders VALUES (1, 'open', 12.5)");
    const errors = async () => {
      const { rows } = await stage.database.owner.query(
        "SELECT c.name, left(l.last_error, 7) AS code FROM integratedb.lane l JOIN integratedb.channel c ON c.id = l.channel_id ORDER BY 1",
      );
      return Object.fromEntries(rows.map(({ name, code }) => [name, code]));
    };
    await expect.poll(errors, { timeout: 60_000, interval: 500 }).toEqual({
      kafka: "IDB4120",
      nats: "IDB4120",
      rabbitmq: "IDB4120",
      redis: "IDB4120",
      sns: "IDB4120",
      sqs: "IDB4120",
    });
  } finally {
    await stage.stop();
  }
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
