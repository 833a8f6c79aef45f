import { Admin, Consumer } from "@platformatic/kafka";
import { afterAll, expect, test } from "vitest";
import { openKafka } from "../../../relay/channels/kafka.ts";
import { kafkaOptions } from "../../../relay/channels/kafka-options.ts";
import { startKafka } from "../../servers/kafka.ts";
import { useServer } from "../../servers/use-server.ts";
import { changeEvent, changeEvents } from "../delivery/change-events.ts";
import { channelContext } from "./channel-context.ts";
import { channelContract } from "./contract.ts";
import { deliver, refusal } from "./outcome.ts";

const server = useServer(() => startKafka());
const closing: (() => unknown)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

function open(topic: string, options: Record<string, unknown> = {}, context = {}) {
  const { broker, user, password } = server();
  const login = { sasl_mechanism: "plain", username: user, password };
  const parsed = kafkaOptions.parse({ brokers: broker, topic, ...login, ...options });
  const channel = openKafka(parsed, channelContext(context));
  closing.push(() => channel.close());
  return channel;
}

function clientOptions() {
  const { broker, user: username, password } = server();
  const sasl = { mechanism: "PLAIN" as const, username, password };
  return { clientId: "test", bootstrapBrokers: [broker], sasl };
}

async function makeTopic(topic: string, partitions = 1, configs: Record<string, string> = {}) {
  const admin = new Admin(clientOptions());
  await admin.createTopics({
    topics: [topic],
    partitions,
    replicas: 1,
    configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
  });
  await admin.close();
}

interface Taken {
  readonly key: string;
  readonly partition: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

let groups = 0;
async function records(topic: string): Promise<Taken[]> {
  const consumer = new Consumer({ ...clientOptions(), groupId: `test-${++groups}` });
  try {
    const ends = (await consumer.listOffsets({ topics: [topic] })).get(topic) ?? [];
    const count = ends.reduce((sum, end) => sum + Number(end), 0);
    if (count === 0) return [];
    const stream = await consumer.consume({ topics: [topic], mode: "earliest", maxWaitTime: 100 });
    const taken: Taken[] = [];
    for await (const { key, value, partition, headers } of stream) {
      const named = [...headers].map(([name, text]) => [name.toString(), text.toString()] as const);
      const headersByName = Object.fromEntries(named);
      const record = { key: key.toString(), value: value.toString(), headers: headersByName };
      taken.push({ ...record, partition });
      if (taken.length === count) break;
    }
    return taken;
  } finally {
    await consumer.close(true);
  }
}

function structuredText({ headers, value }: Taken): string {
  const attributes = Object.entries(headers).flatMap(([name, text]) =>
    name.startsWith("ce_") ? [[name.slice(3), text]] : [],
  );
  return JSON.stringify({ ...Object.fromEntries(attributes), data: JSON.parse(value) });
}

let topics = 0;
channelContract("kafka", async () => {
  const topic = `topic-${++topics}`;
  await makeTopic(topic);
  const channel = open(topic);
  return {
    channel,
    received: async () => (await records(topic)).map(structuredText),
    interrupt: () => server().kill(),
    resume: () => server().restart(),
    secrets: [server().password],
    tooLarge: 1_048_588,
    close: () => channel.close(),
  };
});

test("writes attributes as headers and the event's key as the key", async () => {
  await makeTopic("binary");
  const event = changeEvent({ key: "order 7" });
  await deliver(open("binary"), event);
  const [record] = await records("binary");
  expect(record?.key).toBe("order 7");
  expect(record?.value).toBe(event.data);
  expect(record?.headers).toEqual({
    "content-type": "application/json",
    ce_specversion: "1.0",
    ce_id: event.id,
    ce_source: "/integratedb/shop",
    ce_type: event.type,
    ce_subject: "public.orders/order 7",
    ce_time: "2026-01-31T12:00:00.000Z",
  });
});

test("keeps the events of a key in one partition, in order", async () => {
  await makeTopic("spread", 8);
  const channel = open("spread");
  for (let at = 0; at < 5; at++) await deliver(channel, ...changeEvents(100, 20, at * 100 + 1));
  const byKey = Map.groupBy(await records("spread"), ({ key }) => key);
  expect(byKey.size).toBe(20);
  for (const taken of byKey.values()) {
    expect(new Set(taken.map(({ partition }) => partition)).size).toBe(1);
    const numbers = taken.map(({ value }) => JSON.parse(value).new.number);
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    expect(numbers).toHaveLength(25);
  }
});

test("finds the one among many that is larger than the topic takes", async () => {
  await makeTopic("small", 1, { "max.message.bytes": "20000" });
  const events = changeEvents(9, 9);
  const row = { filler: "x".repeat(30_000) };
  events.splice(4, 1, changeEvent({ lsn: 5n, key: "large", row }));
  const failures = await deliver(open("small"), ...events);
  expect(failures).toEqual([expect.objectContaining({ index: 4, final: true })]);
  const arrived = new Set((await records("small")).map(({ headers }) => headers["ce_id"]));
  expect(arrived).toEqual(new Set(events.filter((_, at) => at !== 4).map(({ id }) => id)));
});

test("says so when the topic is missing, and delivers once it is made", async () => {
  const channel = open("late");
  expect(await refusal(channel, changeEvent())).toMatch(/^IDB4122 Kafka, topic late: /);
  await makeTopic("late");
  expect(await deliver(channel, changeEvent())).toEqual([]);
});

test("is denied with a wrong password, for now and without telling it", async () => {
  const reason = await refusal(open("any", { password: "wrong-pass-5150" }), changeEvent());
  expect(reason).toMatch(/^IDB4121 /);
  expect(reason).not.toContain("wrong-pass-5150");
});

test("gives up on a broker that hangs", async () => {
  await makeTopic("hanging");
  const channel = open("hanging");
  await deliver(channel, changeEvent());
  await server().pause();
  const started = performance.now();
  const reason = await refusal(channel, changeEvent({ lsn: 2n }));
  await server().resume();
  expect(reason).toMatch(/^IDB4120 /);
  expect(performance.now() - started).toBeLessThan(13_000);
});

test("refuses addresses that channels may not reach", async () => {
  expect(await refusal(open("any", {}, { allow: [] }), changeEvent())).toContain("IDB4103");
});
