import { afterAll, expect, test } from "vitest";
import { openSqs } from "../../../relay/channels/sqs.ts";
import { sqsOptions } from "../../../relay/channels/sqs-options.ts";
import { useServer } from "../../servers/use-server.ts";
import { changeEvent, changeEvents } from "../delivery/change-events.ts";
import { loginOptions, secret, startAwsStage } from "./aws-stage.ts";
import { channelContext } from "./channel-context.ts";
import { channelContract } from "./contract.ts";
import { deliver, refusal } from "./outcome.ts";

const stage = useServer(() => startAwsStage());
const closing: (() => unknown)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

function open(queue_url: string, options: Record<string, unknown> = {}, context = {}) {
  const parsed = sqsOptions.parse({ queue_url, ...loginOptions, ...options });
  const channel = openSqs(parsed, channelContext(context));
  closing.push(() => channel.close());
  return channel;
}

const largest = { MaximumMessageSize: "262144" };
let queues = 0;
for (const [kind, ending] of [
  ["FIFO", ".fifo"],
  ["standard", ""],
] as const) {
  channelContract(`sqs (${kind})`, async () => {
    const name = `queue-${++queues}${ending}`;
    const channel = open(await stage().makeQueue(name, largest));
    const texts: string[] = [];
    return {
      channel,
      received: async () => {
        texts.push(...(await stage().taken(name)).map(({ body }) => body));
        return texts;
      },
      interrupt: async () => stage().proxy.refuse(),
      resume: async () => stage().proxy.restore(),
      secrets: [secret],
      tooLarge: 262_144,
      ordered: false,
      close: () => channel.close(),
    };
  });
}

test("keeps the order of each key in a FIFO queue, whose groups are the keys", async () => {
  const channel = open(await stage().makeQueue("groups.fifo"));
  await deliver(channel, ...changeEvents(60, 7));
  const byGroup = Map.groupBy(await stage().taken("groups.fifo"), ({ group }) => group);
  expect([...byGroup.keys()].sort()).toEqual(["k0", "k1", "k2", "k3", "k4", "k5", "k6"]);
  for (const messages of byGroup.values()) {
    const numbers = messages.map(({ body }) => JSON.parse(body).data.new.number);
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
  }
});

test("what is sent twice is in a FIFO queue once, and each channel has its own", async () => {
  const url = await stage().makeQueue("twice.fifo");
  const events = changeEvents(3);
  const channel = open(url);
  await deliver(channel, ...events);
  await deliver(channel, ...events);
  await deliver(open(url, {}, { scope: "/integratedb/shop 2" }), ...events);
  expect(await stage().taken("twice.fifo")).toHaveLength(6);
});

test("delivers keys that are no names of groups, and characters that XML does not have", async () => {
  const channel = open(await stage().makeQueue("odd.fifo"));
  const row = { text: "a\uffffb\ufffec\u0001d" };
  expect(await deliver(channel, changeEvent({ key: "ä/1 2", row }))).toEqual([]);
  const [message] = await stage().taken("odd.fifo");
  expect(JSON.parse(message?.body ?? "").data.new).toEqual(row);
  expect(message?.body).not.toMatch(/[\ufffe\uffff]/);
});

test("delivers events that are large only together", async () => {
  const channel = open(await stage().makeQueue("together", largest));
  const events = changeEvents(12).map((event) =>
    changeEvent({ lsn: event.lsn, key: event.key, row: { filler: "x".repeat(100_000) } }),
  );
  expect(await deliver(channel, ...events)).toEqual([]);
  expect(await stage().taken("together")).toHaveLength(12);
});

test("says so when the queue is missing, and delivers once it is made", async () => {
  const url = (await stage().makeQueue("other")).replace("other", "late");
  const channel = open(url);
  expect(await refusal(channel, changeEvent())).toMatch(/^IDB4122 SQS, queue late: /);
  await stage().makeQueue("late");
  expect(await deliver(channel, changeEvent())).toEqual([]);
});

test("is denied with an unknown key, for now and without telling its secret", async () => {
  const channel = open(await stage().makeQueue("denied"));
  await stage().askForLogin(true);
  const reason = await refusal(channel, changeEvent());
  await stage().askForLogin(false);
  expect(reason).toMatch(/^IDB4121 SQS, queue denied: /);
  expect(reason).not.toContain(secret);
});

test("does not send the relay's own credentials anywhere but to AWS", async () => {
  const url = await stage().makeQueue("own");
  const login = { access_key_id: undefined, secret_access_key: undefined };
  expect(await refusal(open(url, login), changeEvent())).toMatch(/^IDB4121 .*access_key_id/);
  const elsewhere = { ...login, endpoint: "http://amazonaws.com.example.org" };
  expect(await refusal(open(url, elsewhere), changeEvent())).toMatch(/^IDB4121 /);
});

test("gives up on a service that hangs", async () => {
  const channel = open(await stage().makeQueue("hanging"));
  await deliver(channel, changeEvent());
  stage().proxy.silence();
  const started = performance.now();
  const reason = await refusal(channel, changeEvent({ lsn: 2n }));
  stage().proxy.restore();
  expect(reason).toMatch(/^IDB4120 /);
  expect(performance.now() - started).toBeLessThan(12_000);
});

test("refuses addresses that channels may not reach", async () => {
  const url = await stage().makeQueue("guarded");
  expect(await refusal(open(url, {}, { allow: [] }), changeEvent())).toContain("IDB4103");
  const named = url.replace("127.0.0.1", "localhost");
  expect(await refusal(open(named, {}, { allow: [] }), changeEvent())).toContain("IDB4103");
});
