import { createClient } from "redis";
import { afterAll, expect, test } from "vitest";
import { openRedis } from "../../../relay/channels/redis.ts";
import { redisOptions } from "../../../relay/channels/redis-options.ts";
import { startRedis } from "../../servers/redis.ts";
import { useServer } from "../../servers/use-server.ts";
import { changeEvent, changeEvents } from "../delivery/change-events.ts";
import { channelContext } from "./channel-context.ts";
import { channelContract } from "./contract.ts";
import { deliver, refusal } from "./outcome.ts";

const password = "redis-pass-2806";
const server = useServer(() =>
  startRedis("--requirepass", password, "--proto-max-bulk-len", "1048576"),
);
const closing: (() => unknown)[] = [];

function open(options: Record<string, unknown> = {}, context = {}) {
  const parsed = redisOptions.parse({ url: server().url, password, ...options });
  const channel = openRedis(parsed, channelContext(context));
  closing.push(() => channel.close());
  return channel;
}

async function entries(stream: string): Promise<string[]> {
  const client = await createClient({ url: server().url, password }).connect();
  const found = await client.xRange(stream, "-", "+");
  client.destroy();
  return (found ?? []).map(({ message }) => String(message["event"]));
}

async function ask(...command: string[]): Promise<unknown> {
  const client = await createClient({ url: server().url, password }).connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

let streams = 0;
channelContract("redis", async () => {
  const stream = `stream-${++streams}`;
  const channel = open({ stream });
  return {
    channel,
    received: () => entries(stream),
    interrupt: () => server().kill(),
    resume: () => server().restart(),
    secrets: [password],
    tooLarge: 1_048_576,
    close: () => channel.close(),
  };
});

afterAll(() => Promise.all(closing.map((close) => close())));

test("writes to a stream named after stakeholder and notification unless told another", async () => {
  const channel = open({}, { stakeholder: "billing", notification: "invoices" });
  await deliver(channel, changeEvent());
  expect(await entries("integratedb:billing:invoices")).toHaveLength(1);
});

test("keeps a stream about as long as it may be", async () => {
  const channel = open({ stream: "short", max_length: 100 });
  for (let at = 0; at < 10; at++) await deliver(channel, ...changeEvents(100, 10, at * 100 + 1));
  const kept = await entries("short");
  expect(kept.length).toBeLessThan(300);
  expect(JSON.parse(kept.at(-1) ?? "").data.new).toEqual({ number: 1000 });
});

test("selects the database in the path of the URL", async () => {
  await deliver(open({ url: `${server().url}/3`, stream: "third" }), changeEvent());
  expect(await entries("third")).toEqual([]);
});

test.for([
  ["a wrong password", { password: "wrong-pass-5150" }, "IDB4121"],
  ["no password", { password: undefined }, "IDB4121"],
  ["an unknown user", { username: "nobody" }, "IDB4121"],
] as const)("is denied with %s, for now and without telling it", async ([, options, code]) => {
  const reason = await refusal(open(options), changeEvent());
  expect(reason).toContain(code);
  expect(reason).not.toContain("wrong-pass-5150");
  expect(reason).not.toContain(password);
});

test("says so when the stream's name is taken by something else", async () => {
  await ask("SET", "taken", "1");
  const reason = await refusal(open({ stream: "taken" }), changeEvent());
  expect(reason).toMatch(/IDB4124 .*stream taken.*WRONGTYPE/);
});

test("a batch that meets an error leaves nothing behind a hole", async () => {
  await ask("CONFIG", "SET", "maxmemory", "1");
  const channel = open({ stream: "full" });
  expect(await refusal(channel, ...changeEvents(10))).toContain("OOM");
  await ask("CONFIG", "SET", "maxmemory", "0");
  await deliver(channel, ...changeEvents(10));
  expect((await entries("full")).map((text) => JSON.parse(text).data.new.number)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
});

test("delivers with the rights to run scripts and to add to its stream, and no others", async () => {
  await ask(
    "ACL",
    "SETUSER",
    "writer",
    "on",
    ">writer-pass",
    "resetkeys",
    "~own",
    "+eval",
    "+xadd",
  );
  const login = { username: "writer", password: "writer-pass" };
  expect(await deliver(open({ stream: "own", ...login }), changeEvent())).toEqual([]);
  expect(await refusal(open({ stream: "other", ...login }), changeEvent())).toContain("IDB4121");
});

test("gives up on a server that hangs", async () => {
  const channel = open({ stream: "hanging" });
  await deliver(channel, changeEvent());
  await server().pause();
  const started = performance.now();
  const reason = await refusal(channel, changeEvent({ lsn: 2n }));
  await server().resume();
  expect(reason).toContain("IDB4120 no answer within 10 s");
  expect(performance.now() - started).toBeLessThan(12_000);
});

test("refuses addresses that channels may not reach", async () => {
  expect(await refusal(open({}, { allow: [] }), changeEvent())).toContain("IDB4103");
  const url = server().url.replace("127.0.0.1", "localhost");
  expect(await refusal(open({ url }, { allow: [] }), changeEvent())).toContain("IDB4103");
});
