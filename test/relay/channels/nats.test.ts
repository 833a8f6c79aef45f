import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { afterAll, expect, test } from "vitest";
import { openNats } from "../../../relay/channels/nats.ts";
import { natsOptions } from "../../../relay/channels/nats-options.ts";
import { startNats } from "../../servers/nats.ts";
import { useServer } from "../../servers/use-server.ts";
import { changeEvent, changeEvents } from "../delivery/change-events.ts";
import { channelContext } from "./channel-context.ts";
import { channelContract } from "./contract.ts";
import { deliver, refusal } from "./outcome.ts";

const server = useServer(() => startNats());
const closing: (() => unknown)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

function open(options: Record<string, unknown> = {}, context = {}) {
  const { url, user: username, password } = server();
  const parsed = natsOptions.parse({ url, username, password, ...options });
  const channel = openNats(parsed, channelContext(context));
  closing.push(() => channel.close());
  return channel;
}

async function manage<T>(work: (manager: JetStreamManager) => Promise<T>): Promise<T> {
  const { port, user, password } = server();
  const connection = await connect({ servers: `127.0.0.1:${port}`, user, pass: password });
  try {
    return await work(await jetstreamManager(connection));
  } finally {
    await connection.close();
  }
}

async function makeStream(name: string, settings = {}): Promise<void> {
  await manage((manager) => manager.streams.add({ name, subjects: [`${name}.>`], ...settings }));
}

async function stored(name: string) {
  return manage(async (manager) => {
    const { state } = await manager.streams.info(name);
    const messages = [];
    for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
      const message = await manager.streams.getMessage(name, { seq });
      if (message) messages.push(message);
    }
    return messages;
  });
}

const numbers = async (name: string) =>
  (await stored(name)).map((message) => message.json<{ data: unknown }>().data);

let streams = 0;
channelContract("nats", async () => {
  const name = `stream${++streams}`;
  await makeStream(name);
  const channel = open({ subject: `${name}.orders` });
  return {
    channel,
    received: async () => (await stored(name)).map((message) => message.string()),
    interrupt: () => server().kill(),
    resume: () => server().restart(),
    secrets: [server().password],
    tooLarge: 1_048_576,
    close: () => channel.close(),
  };
});

test("publishes to a subject named after stakeholder and notification unless told another", async () => {
  await makeStream("integratedb");
  await deliver(open({}, { stakeholder: "billing", notification: "new invoices" }), changeEvent());
  const [message] = await stored("integratedb");
  expect(message?.subject).toBe("integratedb.billing.new_invoices");
  expect(message?.header.get("content-type")).toBe("application/cloudevents+json");
});

test("what is sent twice is in the stream once, and each channel has its own", async () => {
  await makeStream("twice");
  const events = changeEvents(3);
  const channel = open({ subject: "twice.a" });
  await deliver(channel, ...events);
  await deliver(channel, ...events);
  await deliver(open({ subject: "twice.b" }, { scope: "/integratedb/shop 2" }), ...events);
  const subjects = (await stored("twice")).map(({ subject }) => subject);
  expect(subjects).toEqual([...Array(3).fill("twice.a"), ...Array(3).fill("twice.b")]);
});

test("sends no event behind one of its key that the stream refused", async () => {
  await makeStream("small", { discard: "new", max_msg_size: 2_000 });
  const row = { filler: "x".repeat(3_000) };
  const [large, after] = [changeEvent({ lsn: 2n, row }), changeEvent({ lsn: 3n })];
  const other = changeEvent({ lsn: 1n, key: "2" });
  const failures = await deliver(open({ subject: "small.a" }), other, large, after);
  expect(failures.map(({ index, final }) => [index, final])).toEqual([
    [1, false],
    [2, false],
  ]);
  expect(failures[0]?.reason).toMatch(/IDB4124 NATS, subject small\.a: message size exceeds/);
  expect(await stored("small")).toHaveLength(1);
});

test("says so when no stream takes the subject", async () => {
  const reason = await refusal(open({ subject: "nowhere.at.all" }), ...changeEvents(20));
  expect(reason).toMatch(/^IDB4122 .*nowhere\.at\.all/);
});

test("delivers once the stream that was missing is made", async () => {
  const channel = open({ subject: "late.orders" });
  await refusal(channel, changeEvent());
  await makeStream("late");
  await deliver(channel, changeEvent());
  expect(await numbers("late")).toHaveLength(1);
});

test("is denied with a wrong password, for now and without telling it", async () => {
  const reason = await refusal(open({ password: "wrong-pass-5150" }), changeEvent());
  expect(reason).toMatch(/^IDB4121 /);
  expect(reason).not.toContain("wrong-pass-5150");
});

test("gives up on a server that hangs", async () => {
  await makeStream("hanging");
  const channel = open({ subject: "hanging.a" });
  await deliver(channel, changeEvent());
  await server().pause();
  const started = performance.now();
  const reason = await refusal(channel, changeEvent({ lsn: 2n }));
  await server().resume();
  expect(reason).toMatch(/^IDB4120 no answer within 10 s/);
  expect(performance.now() - started).toBeLessThan(12_000);
});

test("never sends a password without TLS when the URL asks for it", async () => {
  const url = server().url.replace("nats:", "tls:");
  expect(await refusal(open({ url }), changeEvent())).toMatch(/^IDB4120 .*tls/i);
});

test("refuses addresses that channels may not reach", async () => {
  expect(await refusal(open({}, { allow: [] }), changeEvent())).toContain("IDB4103");
});
