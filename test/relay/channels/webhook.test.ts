import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { createWebhook, type WebhookSurroundings } from "../../../relay/channels/webhook.ts";
import { webhookOptions } from "../../../relay/channels/webhook-options.ts";
import type { Channel } from "../../../relay/delivery/channel.ts";
import { changeEvent, changeEvents } from "../delivery/change-events.ts";
import { channelContract } from "./contract.ts";
import { startWebhookSink, type WebhookSink } from "./webhook-sink.ts";

const allow = ["127.0.0.0/8"];
const authorization = "Bearer 7f4e9c2a";

for (const mode of ["structured", "binary", "batch"] as const) {
  channelContract(`webhook in mode ${mode}`, async () => {
    const sink = await startWebhookSink();
    const options = webhookOptions.parse({ url: `${sink.url}?token=s3cret`, mode, authorization });
    const channel = createWebhook(options, { allow });
    sink.answer(({ body }, response) => {
      response.writeHead(body.length > 100_000 ? 413 : 204).end();
    });
    return {
      channel,
      received: async () => sink.events,
      interrupt: sink.interrupt,
      resume: sink.resume,
      secrets: [authorization, "s3cret"],
      tooLarge: 100_000,
      close: async () => {
        await channel.close();
        await sink.interrupt();
      },
    };
  });
}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function arrange(
  config: Readonly<Record<string, unknown>> = {},
  surroundings: Partial<WebhookSurroundings> = {},
): Promise<{ sink: WebhookSink; channel: Channel }> {
  const sink = await startWebhookSink();
  const options = webhookOptions.parse({ url: sink.url, mode: "batch", ...config });
  const channel = createWebhook(options, { allow, ...surroundings });
  ends.push(async () => {
    await channel.close();
    await sink.interrupt();
  });
  return { sink, channel };
}

const never = new AbortController().signal;

describe("a webhook's request", () => {
  test("is signed by every secret after Standard Webhooks", async () => {
    const secrets = [randomBytes(32), randomBytes(24)].map(
      (key) => `whsec_${key.toString("base64")}`,
    );
    const { sink, channel } = await arrange({ signing_secret: secrets });
    await channel.deliver(changeEvents(3), never);
    const [request] = sink.requests;
    for (const secret of secrets) {
      const headers = request?.headers as Record<string, string>;
      expect(new Webhook(secret).verify(request?.body ?? "", headers)).toHaveLength(3);
    }
  });

  test("has the same webhook-id on each try, and the event's own if it is one", async () => {
    const { sink, channel } = await arrange();
    const single = await arrange({ mode: "structured" });
    sink.answer((_, response) => void response.writeHead(500).end());
    const events = changeEvents(3);
    await channel.deliver(events, never);
    await channel.deliver(events, never);
    await single.channel.deliver(events.slice(0, 1), never);
    expect(sink.requests.map(({ headers }) => headers["webhook-id"])).toEqual([
      "0/1:0-0/3:0-3",
      "0/1:0-0/3:0-3",
    ]);
    expect(single.sink.requests[0]?.headers["webhook-id"]).toBe("0/1:0");
  });

  test("carries the authorization and the trace", async () => {
    const ended: (string | undefined)[] = [];
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const trace = () => ({ traceparent, end: (problem?: string) => void ended.push(problem) });
    const { sink, channel } = await arrange({ authorization }, { trace });
    await channel.deliver(changeEvents(1), never);
    expect(sink.requests[0]?.headers).toMatchObject({ authorization, traceparent });
    expect(ended).toEqual([undefined]);
  });

  test("in mode binary percent-encodes what a header cannot hold", async () => {
    const { sink, channel } = await arrange({ mode: "binary" });
    await channel.deliver([changeEvent({ key: 'Zoë "100%" 😀' })], never);
    expect(sink.requests[0]?.headers).toMatchObject({
      "ce-subject": "public.orders/Zo%C3%AB%20%22100%25%22%20%F0%9F%98%80",
      "ce-specversion": "1.0",
      "content-type": "application/json",
    });
  });
});

describe("a webhook that answers", () => {
  test.each([301, 302, 308, 401, 403, 404, 408, 410, 425, 429, 500, 502, 503])(
    "%i is tried again",
    async (status) => {
      const { sink, channel } = await arrange();
      sink.answer((_, response) => void response.writeHead(status, { location: "/x" }).end());
      const failures = await channel.deliver(changeEvents(2), never);
      expect(failures).toEqual(
        [0, 1].map((index) => ({
          index,
          final: false,
          reason: expect.stringMatching(
            status < 400 ? `^answered ${status}, a redirect` : `^answered ${status}$`,
          ),
        })),
      );
      expect(sink.requests).toHaveLength(1);
    },
  );

  test.each([400, 413, 422])("%i for one event of a batch loses no other", async (status) => {
    const { sink, channel } = await arrange();
    sink.answer(({ body }, response) => {
      response.writeHead(/"number":(3|17)\}/.test(body) ? status : 200).end();
    });
    const events = changeEvents(20);
    const failures = await channel.deliver(events, never);
    expect(failures).toEqual([
      { index: 2, final: true, reason: expect.stringContaining(`answered ${status} `) },
      { index: 16, final: true, reason: expect.stringContaining(`answered ${status} `) },
    ]);
    const arrived = sink.events.map((text) => JSON.parse(text).id);
    expect(arrived).toEqual(events.filter((_, at) => at !== 2 && at !== 16).map(({ id }) => id));
  });

  test("500 in the midst of a search for a refused event halts all that follow", async () => {
    const { sink, channel } = await arrange();
    sink.answer(({ body }, response) => {
      const found = [1, 4].filter((number) => body.includes(`"number":${number}}`));
      response.writeHead(found.includes(1) ? 400 : found.length > 0 ? 500 : 200).end();
    });
    const failures = await channel.deliver(changeEvents(4), never);
    expect(failures.map(({ index, final }) => [index, final])).toEqual([
      [0, true],
      [2, false],
      [3, false],
    ]);
  });

  test("429 is asked again after the time that it names", async () => {
    const { sink, channel } = await arrange();
    const now = Date.now() - 86_400_000;
    const date = new Date(now).toUTCString();
    const later = new Date(now + 30_000).toUTCString();
    const waits = [];
    for (const header of ["7", later]) {
      sink.answer((_, response) => {
        response.writeHead(429, { "retry-after": header, date }).end();
      });
      const [failure] = await channel.deliver(changeEvents(1), never);
      waits.push(failure?.retryAfter);
    }
    expect(waits).toEqual([7_000, 30_000]);
  });

  test("nothing is given up after the time-out", async () => {
    const { sink, channel } = await arrange({ timeout_seconds: 1 });
    sink.answer(() => undefined);
    const started = performance.now();
    const [failure] = await channel.deliver(changeEvents(1), never);
    expect(failure).toMatchObject({ final: false, reason: "no answer within 1 s" });
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  test("with a gigabyte is read for some kilobytes", async () => {
    const { sink, channel } = await arrange();
    let sent = 0;
    sink.answer((_, response) => {
      response.writeHead(200, { "content-length": 1 << 30 });
      const chunk = Buffer.alloc(65_536);
      const write = () => {
        while (!response.destroyed && sent < 1 << 30) {
          sent += chunk.length;
          if (!response.write(chunk)) break;
        }
      };
      response.on("drain", write);
      write();
    });
    expect(await channel.deliver(changeEvents(1), never)).toEqual([]);
    expect(sent).toBeLessThan(16 << 20);
    expect(await channel.deliver(changeEvents(1), never)).toEqual([]);
  });

  test("with one byte a second has taken the events when its status is there", async () => {
    const { sink, channel } = await arrange();
    sink.answer((_, response) => {
      response.writeHead(200).write("x");
      const timer = setInterval(() => response.write("x"), 1_000);
      response.on("close", () => clearInterval(timer));
    });
    const started = performance.now();
    expect(await channel.deliver(changeEvents(1), never)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2_500);
  });

  test("with something that is not HTTP is tried again", async () => {
    const { sink, channel } = await arrange();
    sink.answer((_, response) => void response.socket?.end("garbage\r\n\r\n"));
    const [failure] = await channel.deliver(changeEvents(1), never);
    expect(failure).toMatchObject({ index: 0, final: false });
  });
});

describe("a webhook's address", () => {
  test.each([
    ["http://127.0.0.1:1/", "loopback"],
    ["http://localhost:1/", "loopback"],
    ["http://2130706433:1/", "loopback"],
    ["http://[::1]:1/", "loopback"],
    ["http://[::ffff:169.254.169.254]/", "link-local"],
    ["http://169.254.169.254/latest/meta-data/", "link-local"],
    ["http://[fd00:ec2::254]/", "a metadata service"],
    ["http://0.0.0.0:1/", "unspecified"],
  ])("%s is not connected to", async (url, what) => {
    const channel = createWebhook(webhookOptions.parse({ url }), { allow: [] });
    ends.push(() => channel.close());
    const [failure] = await channel.deliver([changeEvent()], never);
    expect(failure?.final).toBe(false);
    expect(failure?.reason).toMatch(/^IDB4103 /);
    expect(failure?.reason).toContain(what);
  });

  test("may be loopback if the operator says so", async () => {
    const { sink, channel } = await arrange();
    await channel.deliver(changeEvents(1), never);
    expect(sink.events).toHaveLength(1);
  });
});

describe("a webhook's options", () => {
  test.each([
    ["a scheme other than http", { url: "ftp://reporter.internal/" }],
    ["a password in the URL", { url: "https://me:secret@reporter.internal/" }],
    ["a signing secret that is not one", { signing_secret: "hunter2" }],
    ["a line break in the authorization", { authorization: "Bearer x\r\nhost: y" }],
    ["no request at a time", { concurrency: 0 }],
  ])("refuse %s", (_, options) => {
    expect(
      webhookOptions.safeParse({ url: "https://reporter.internal/", ...options }).success,
    ).toBe(false);
  });
});
