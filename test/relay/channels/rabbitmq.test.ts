import { Connection } from "rabbitmq-client";
import { afterAll, expect, test } from "vitest";
import { openRabbitMq } from "../../../relay/channels/rabbitmq.ts";
import { rabbitMqOptions } from "../../../relay/channels/rabbitmq-options.ts";
import { startRabbitMq } from "../../servers/rabbitmq.ts";
import { useServer } from "../../servers/use-server.ts";
import { changeEvent, changeEvents } from "../delivery/change-events.ts";
import { channelContext } from "./channel-context.ts";
import { channelContract } from "./contract.ts";
import { deliver, refusal } from "./outcome.ts";

const server = useServer(() => startRabbitMq());
const closing: (() => unknown)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

function open(options: Record<string, unknown> = {}, context = {}) {
  const { url, user: username, password } = server();
  const parsed = rabbitMqOptions.parse({ url, username, password, ...options });
  const channel = openRabbitMq(parsed, channelContext(context));
  closing.push(() => channel.close());
  return channel;
}

/** Does something on a connection of the test's own. */
async function administer<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const { port, user: username, password } = server();
  const connection = new Connection({ hostname: "127.0.0.1", port, username, password });
  connection.on("error", () => undefined);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

const makeQueue = (queue: string, limits = {}) =>
  administer((connection) => connection.queueDeclare({ queue, durable: true, arguments: limits }));

/** Takes what is in the queue. */
async function taken(queue: string) {
  return administer(async (connection) => {
    const messages = [];
    for (;;) {
      const message = await connection.basicGet({ queue, noAck: true });
      if (!message) return messages;
      messages.push({ ...message, text: Buffer.from(message.body).toString() });
    }
  });
}

let queues = 0;
channelContract("rabbitmq", async () => {
  const queue = `queue-${++queues}`;
  await makeQueue(queue);
  const channel = open({ routing_key: queue });
  const texts: string[] = [];
  return {
    channel,
    received: async () => {
      texts.push(...(await taken(queue)).map(({ text }) => text));
      return texts;
    },
    interrupt: () => server().kill(),
    resume: () => server().restart(),
    secrets: [server().password],
    tooLarge: server().largestMessage,
    close: () => channel.close(),
  };
});

test("writes to a queue named after stakeholder and notification unless told another", async () => {
  await makeQueue("integratedb.billing.invoices");
  const event = changeEvent();
  await deliver(open({}, { stakeholder: "billing", notification: "invoices" }), event);
  const [message] = await taken("integratedb.billing.invoices");
  expect(message).toMatchObject({
    contentType: "application/cloudevents+json",
    messageId: event.id,
    type: event.type,
    durable: true,
    timestamp: Math.floor(event.committedAt / 1000),
  });
});

test("publishes to an exchange with a routing key", async () => {
  await administer(async (connection) => {
    await connection.exchangeDeclare({ exchange: "shop", type: "topic", durable: true });
    await connection.queueDeclare({ queue: "shop-orders", durable: true });
    await connection.queueBind({ exchange: "shop", queue: "shop-orders", routingKey: "orders.*" });
  });
  await deliver(open({ exchange: "shop", routing_key: "orders.new" }), changeEvent());
  expect(await taken("shop-orders")).toHaveLength(1);
});

test("an event that no queue takes has failed, with all behind it of the same key", async () => {
  const failures = await deliver(open({ routing_key: "nowhere" }), ...changeEvents(6, 3));
  expect(failures.map(({ index, final }) => [index, final])).toEqual(
    [0, 1, 2, 3, 4, 5].map((index) => [index, false]),
  );
  expect(failures[0]?.reason).toMatch(/^IDB4122 .*queue nowhere.*NO_ROUTE/);
});

test("delivers once the queue that was missing is made", async () => {
  const channel = open({ routing_key: "late" });
  await deliver(channel, changeEvent());
  await makeQueue("late");
  expect(await deliver(channel, changeEvent())).toEqual([]);
  expect(await taken("late")).toHaveLength(1);
});

test("says so when the exchange is missing", async () => {
  const reason = await refusal(open({ exchange: "gone" }), ...changeEvents(3));
  expect(reason).toMatch(/^IDB4122 RabbitMQ: NOT_FOUND .*exchange 'gone'/);
});

test("sends no event behind one of its key that a full queue refused", async () => {
  await makeQueue("full", { "x-max-length": 1, "x-overflow": "reject-publish" });
  const channel = open({ routing_key: "full" });
  const failures = await deliver(channel, ...changeEvents(3, 1));
  expect(failures.map(({ index, final }) => [index, final])).toEqual([
    [1, false],
    [2, false],
  ]);
  expect(failures[0]?.reason).toMatch(/^IDB4124 .*may be full/);
  await taken("full");
  expect(await deliver(channel, changeEvent({ lsn: 2n }))).toEqual([]);
});

test("finds the one among many that is larger than the broker takes", async () => {
  await makeQueue("sizes");
  const filler = "x".repeat(server().largestMessage);
  const events = changeEvents(9, 9);
  // Its size is only an estimate, which decides what is sent at once.
  events.splice(4, 1, { ...changeEvent({ lsn: 5n, key: "large", row: { filler } }), size: 200 });
  const failures = await deliver(open({ routing_key: "sizes" }), ...events);
  expect(failures).toEqual([expect.objectContaining({ index: 4, final: true })]);
  const arrived = new Set((await taken("sizes")).map(({ messageId }) => messageId));
  expect(arrived).toEqual(new Set(events.filter((_, at) => at !== 4).map(({ id }) => id)));
});

test("is denied with a wrong password, for now and without telling it", async () => {
  const reason = await refusal(open({ password: "wrong-pass-5150" }), changeEvent());
  expect(reason).toMatch(/^IDB4121 /);
  expect(reason).not.toContain("wrong-pass-5150");
});

test("says so when the virtual host is missing", async () => {
  const reason = await refusal(open({ url: `${server().url}/nowhere` }), changeEvent());
  expect(reason).toMatch(/^IDB4122 .*nowhere/);
});

test("gives up on a server that hangs", async () => {
  await makeQueue("hanging");
  const channel = open({ routing_key: "hanging" });
  await deliver(channel, changeEvent());
  await server().pause();
  const started = performance.now();
  const reason = await refusal(channel, changeEvent({ lsn: 2n }));
  await server().resume();
  expect(reason).toMatch(/^IDB4120 no answer within 10 s/);
  expect(performance.now() - started).toBeLessThan(12_000);
});

test("refuses addresses that channels may not reach", async () => {
  expect(await refusal(open({}, { allow: [] }), changeEvent())).toContain("IDB4103");
});
