import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { engineChannels } from "../../components/channels.ts";
import type { NotificationArgs, Stakeholder } from "../../components/index.ts";
import { connection, integratedb, type Registered, registeredBy } from "./mocks.ts";

/** The inputs of a notification on a stakeholder on which more may be declared. */
async function inputsOf(
  args: Omit<NotificationArgs, "stakeholder">,
  before: (stakeholder: Stakeholder) => void = () => undefined,
  after: (stakeholder: Stakeholder) => void = () => undefined,
): Promise<Record<string, unknown>> {
  const registered = await registeredBy(() => {
    const shop = new integratedb.Database("shop", { connection });
    const stakeholder = new integratedb.Stakeholder("reporter", { database: shop });
    before(stakeholder);
    new integratedb.Notification("orders", { stakeholder, ...args });
    after(stakeholder);
  });
  return notificationIn(registered);
}

function notificationIn(registered: readonly Registered[]): Record<string, unknown> {
  const found = registered.find(({ type }) => type.endsWith(":Notification"));
  if (found === undefined) throw new Error("no notification was declared");
  const { __provider, ...inputs } = found.inputs;
  return inputs;
}

const match = [{ path: "public.orders" }];

describe("a Notification", () => {
  test("is turned into the form of the engine, names of columns and channels as they are", async () => {
    const inputs = await inputsOf({
      match: [
        {
          path: pulumi.output("public.orders"),
          events: ["INSERT"],
          fields: ["id", { name: "isNull" }],
          channels: ["hookUrl"],
          where: { isNull: { isNull: true }, total: { gte: 100 }, status: null },
        },
        { path: "public.b", where: [{ batchSize: { in: [1, 2] } }, { a: true }] },
      ],
      channels: {
        hookUrl: {
          type: "webhook",
          url: "https://reporter.internal",
          batchSize: 10,
          giveUpAfterSeconds: pulumi.output(60),
        },
        queue: { type: "kafka", brokers: "k:9092", topic: "t", saslMechanism: "plain" },
      },
    });
    expect(inputs["match"]).toEqual([
      {
        path: "public.orders",
        events: ["INSERT"],
        fields: ["id", { name: "isNull" }],
        channels: ["hookUrl"],
        where: { isNull: { is_null: true }, total: { gte: 100 }, status: null },
      },
      { path: "public.b", where: [{ batchSize: { in: [1, 2] } }, { a: true }] },
    ]);
    expect(inputs["channels"]).toEqual({
      hookUrl: {
        type: "webhook",
        url: "https://reporter.internal",
        batch_size: 10,
        give_up_after_seconds: 60,
      },
      queue: { type: "kafka", brokers: "k:9092", topic: "t", sasl_mechanism: "plain" },
    });
  });

  test("keeps secrets as such even where they were not given as such", async () => {
    const channels = {
      hook: { type: "webhook", url: "https://a.b", signingSecret: ["new", pulumi.secret("old")] },
      queue: { type: "redis", url: "redis://a.b", password: "s3cret" },
    } satisfies NotificationArgs["channels"];
    const isSecret: boolean[] = [];
    const inputs = await inputsOf({ match, channels });
    expect(inputs["channels"]).toMatchObject({
      hook: { signing_secret: ["new", "old"] },
      queue: { password: "s3cret" },
    });
    const { hook, queue } = engineChannels(channels) as Record<string, Record<string, unknown>>;
    for (const each of [hook?.["signing_secret"], queue?.["password"]]) {
      isSecret.push(await pulumi.isSecret(pulumi.output(each)));
    }
    expect(isSecret).toEqual([true, true]);
    expect(hook?.["url"]).toBe("https://a.b");
  });

  test("knows the columns of the program's claims, declared before it or after", async () => {
    const claim = (name: string) => (stakeholder: Stakeholder) => {
      new integratedb.Claim(name, { stakeholder, match });
    };
    const inputs = await inputsOf({ match, channels: {} }, claim("first"), claim("second"));
    expect(Object.keys(inputs["claimed"] as object).sort()).toEqual(["first", "second"]);
  });

  test("takes a document in snake_case, as an object, as text, or known only later", async () => {
    const document = {
      match: [{ path: "public.orders", where: { id: { is_null: false } } }],
      channels: { hook: { type: "webhook", url: "https://a.b", signing_secret: "whsec_x" } },
    };
    for (const given of [document, JSON.stringify(document), pulumi.output(document)]) {
      const { match: asked, channels } = await inputsOf({ document: given });
      expect({ match: asked, channels }).toEqual(document);
    }
  });

  test("that has an unreadable document does not repeat it, since it may hold secrets", async () => {
    const message = await messageOf({ document: '{ "channels": s3cret' });
    expect(message).toContain("the notification orders: the text is no JSON");
    expect(message).not.toContain("s3cret");
  });

  test.each([[{}], [{ match }], [{ channels: {} }], [{ match, channels: {}, document: {} }]])(
    "needs either match and channels or a document, and not %j",
    async (args) => {
      expect(await messageOf(args)).toContain("give either `match` and `channels`, or `document`");
    },
  );
});

/** Of the error that the program is answered. */
async function messageOf(args: Omit<NotificationArgs, "stakeholder">): Promise<string> {
  let message = "";
  await registeredBy(() => {
    const shop = new integratedb.Database("shop", { connection });
    const stakeholder = new integratedb.Stakeholder("reporter", { database: shop });
    try {
      new integratedb.Notification("orders", { stakeholder, ...args });
    } catch (error) {
      message = String(error);
    }
  });
  return message;
}
