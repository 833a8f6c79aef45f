import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { afterAll, expect, test } from "vitest";
import { openSns } from "../../../relay/channels/sns.ts";
import { snsOptions } from "../../../relay/channels/sns-options.ts";
import { useServer } from "../../servers/use-server.ts";
import { changeEvent, changeEvents } from "../delivery/change-events.ts";
import { loginOptions, secret, startAwsStage } from "./aws-stage.ts";
import { channelContext } from "./channel-context.ts";
import { channelContract } from "./contract.ts";
import { deliver, refusal } from "./outcome.ts";

const stage = useServer(() => startAwsStage());
const closing: (() => unknown)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

function open(topic_arn: string, options: Record<string, unknown> = {}, context = {}) {
  const { endpoint } = stage();
  const parsed = snsOptions.parse({ topic_arn, endpoint, ...loginOptions, ...options });
  const channel = openSns(parsed, channelContext(context));
  closing.push(() => channel.close());
  return channel;
}

/** Makes a topic and a queue of the same name, which gets what the topic gets. */
async function makeTopic(name: string): Promise<string> {
  await stage().makeQueue(name);
  const client = new SNSClient(stage().clientSettings);
  const Attributes: Record<string, string> = name.endsWith(".fifo") ? { FifoTopic: "true" } : {};
  const { TopicArn = "" } = await client.send(new CreateTopicCommand({ Name: name, Attributes }));
  await client.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: TopicArn.replace(":sns:", ":sqs:"),
      Attributes: { RawMessageDelivery: "true" },
    }),
  );
  client.destroy();
  return TopicArn;
}

let topics = 0;
for (const [kind, ending] of [
  ["FIFO", ".fifo"],
  ["standard", ""],
] as const) {
  channelContract(`sns (${kind})`, async () => {
    const name = `topic-${++topics}${ending}`;
    const channel = open(await makeTopic(name));
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

test("keeps the order of each key in a FIFO topic, whose groups are the keys", async () => {
  await deliver(open(await makeTopic("groups.fifo")), ...changeEvents(60, 7));
  const byGroup = Map.groupBy(await stage().taken("groups.fifo"), ({ group }) => group);
  expect([...byGroup.keys()].sort()).toEqual(["k0", "k1", "k2", "k3", "k4", "k5", "k6"]);
  for (const messages of byGroup.values()) {
    const numbers = messages.map(({ body }) => JSON.parse(body).data.new.number);
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
  }
});

test("says so when the topic is missing", async () => {
  const missing = (await makeTopic("here")).replace(/here$/, "gone");
  expect(await refusal(open(missing), changeEvent())).toMatch(/^IDB4122 SNS, topic gone: /);
});

test("is denied with an unknown key, for now and without telling its secret", async () => {
  const channel = open(await makeTopic("denied"));
  await stage().askForLogin(true);
  const reason = await refusal(channel, changeEvent());
  await stage().askForLogin(false);
  expect(reason).toMatch(/^IDB4121 SNS, topic denied: /);
  expect(reason).not.toContain(secret);
});

test("does not send the relay's own credentials anywhere but to AWS", async () => {
  const login = { access_key_id: undefined, secret_access_key: undefined };
  const reason = await refusal(open(await makeTopic("own"), login), changeEvent());
  expect(reason).toMatch(/^IDB4121 .*access_key_id/);
});

test("gives up on a service that hangs", async () => {
  const channel = open(await makeTopic("hanging"));
  await deliver(channel, changeEvent());
  stage().proxy.silence();
  const started = performance.now();
  const reason = await refusal(channel, changeEvent({ lsn: 2n }));
  stage().proxy.restore();
  expect(reason).toMatch(/^IDB4120 /);
  expect(performance.now() - started).toBeLessThan(12_000);
});

test("refuses addresses that channels may not reach", async () => {
  const channel = open(await makeTopic("guarded"), {}, { allow: [] });
  expect(await refusal(channel, changeEvent())).toContain("IDB4103");
});
