import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { integratedb, type Registered, registeredBy } from "./mocks.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stakeholders-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function withFiles(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

function declared(): Promise<Registered[]> {
  return registeredBy(() => {
    const database = new integratedb.Database("shop", { connection: "postgresql://db/shop" });
    integratedb.stakeholdersFrom(folder, { database });
  });
}

/** What is wrong with the files, a line a problem, without the path of the folder. */
async function problemsOf(files: Record<string, string>): Promise<string[]> {
  await withFiles(files);
  let message = "";
  await registeredBy(() => {
    const database = new integratedb.Database("shop", { connection: "postgresql://db/shop" });
    try {
      integratedb.stakeholdersFrom(folder, { database });
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
    }
  });
  expect(message).toMatch(/^IDB1202 \d+ problems? in /);
  return message
    .split("\n")
    .slice(1)
    .map((line) => line.trim().replaceAll(`${folder}/`, ""));
}

describe("a folder of stakeholder files", () => {
  test("declares a stakeholder for each file, with its claims", async () => {
    await withFiles({
      "reporter.yaml": `
rotation: "2026-01"
claims:
  orders:
    match:
      - path: public.orders
        fields: [id, { name: status, type: varchar(20), min_length: 20, is_nullable: false }]
  customers:
    match: [{ alternatives: [{ path: public.customers }, { path: public.clients }], optional: true }]
`,
      "billing.json": '{ "name": "accounts", "claims": { "all": { "match": [] } } }',
      "empty.yml": "",
      "README.md": "not a stakeholder",
      ".hidden.yaml": "[",
    });
    const registered = await declared();
    const names = registered.filter(({ type }) => type.includes("dynamic")).map(({ name }) => name);
    expect(names.sort()).toEqual([
      "accounts-all",
      "accounts-stakeholder",
      "empty-stakeholder",
      "reporter-customers",
      "reporter-orders",
      "reporter-stakeholder",
      "shop-engine",
    ]);
    const claim = registered.find(({ name }) => name === "reporter-orders");
    expect(claim?.inputs).toMatchObject({
      name: "orders",
      match: [
        {
          path: "public.orders",
          fields: [
            "id",
            { name: "status", type: "varchar(20)", min_length: 20, is_nullable: false },
          ],
        },
      ],
    });
  });

  test("declares the notifications of a stakeholder, with secrets from where the file says", async () => {
    process.env["HOOK_SECRET"] = "whsec_env";
    pulumi.runtime.setAllConfig({ "project:token": "token-of-the-stack" }, ["project:token"]);
    await withFiles({
      "reporter.yaml": `
claims:
  orders: { match: [{ path: public.orders, fields: ["*"] }] }
notifications:
  orders:
    match: [{ path: public.orders, events: [INSERT], fields: [id], where: { status: open } }]
    channels:
      hook:
        type: webhook
        url: https://reporter.internal/events
        signing_secret: [{ env: HOOK_SECRET }, { sealed: ${"s".repeat(90)} }]
      live: { type: socket, token: { config: token } }
`,
    });
    const notification = (await declared()).find(({ type }) => type.endsWith(":Notification"));
    expect(notification?.name).toBe("reporter-orders");
    expect(notification?.inputs).toMatchObject({
      name: "orders",
      match: [
        { path: "public.orders", events: ["INSERT"], fields: ["id"], where: { status: "open" } },
      ],
      channels: {
        hook: { signing_secret: ["whsec_env", { sealed: "s".repeat(90) }] },
        live: { token: "token-of-the-stack" },
      },
    });
  });

  test("says at which line a secret cannot be had, or stands itself", async () => {
    delete process.env["NOT_SET"];
    const channels = (secret: string) => `notifications:
  orders:
    match: []
    channels:
      hook:
        type: webhook
        url: https://a.b
        signing_secret: ${secret}
`;
    expect(
      await problemsOf({
        "a.yaml": channels("{ env: NOT_SET }"),
        "b.yaml": channels("[{ config: hook }]"),
        "c.yaml": channels("whsec_in_the_file"),
        "d.yaml": channels("{ vault: x }"),
      }),
    ).toEqual([
      "a.yaml:8:25: notifications.orders.channels.hook.signing_secret: the environment has no variable NOT_SET",
      "b.yaml:8:26: notifications.orders.channels.hook.signing_secret[0]: the stack's configuration has no hook; run: pulumi config set --secret hook",
      "c.yaml:8:25: notifications.orders.channels.hook.signing_secret: expected { env: NAME }, { config: key } or { sealed: … }: a secret itself is not put in a file, or invalid input: expected array, received string",
      "d.yaml:8:25: notifications.orders.channels.hook.signing_secret.env: invalid input: expected string, received undefined",
      'd.yaml:8:27: notifications.orders.channels.hook.signing_secret: unknown key "vault"',
    ]);
  });

  test("reports every problem of all files, with line and column", async () => {
    const problems = await problemsOf({
      "a.yaml": `claims:
  orders:
    match:
      - path: public.orders
        felds: [id]
      - path: public.customers
        fields:
          - { name: email, type: 3 }
          - { name: id, minLength: 3 }
rotatoin: x
`,
      "b.json": '{\n  "deletion": "always",\n  "adopt": "yes"\n}',
    });
    expect(problems).toEqual([
      'a.yaml:5:9: claims.orders.match[0]: unknown key "felds"',
      "a.yaml:8:34: claims.orders.match[1].fields[0].type: invalid input: expected string, received number",
      'a.yaml:9:25: claims.orders.match[1].fields[1]: unknown key "minLength"',
      'a.yaml:10:1: unknown key "rotatoin"',
      'b.json:2:15: deletion: invalid option: expected one of "restrict"|"cascade"',
      "b.json:3:12: adopt: invalid input: expected boolean, received string",
    ]);
  });

  test.each([
    ["claims: {", "1:10", "Flow map in block collection must be sufficiently indented"],
    ["fields: [*]", "1:10", "Alias cannot be an empty string"],
    ["adopt: true\nadopt: false", "2:1", "Map keys must be unique"],
    ["name: a\n---\nname: b", "2:1", "Source contains multiple documents"],
    ["- reporter", "1:1", "invalid input: expected object, received array"],
    ["claims:\n  orders:\n    paths: []", "3:5", 'claims.orders: unknown key "paths"'],
    [
      "claims:\n  orders:\n",
      "2:10",
      "claims.orders: invalid input: expected object, received null",
    ],
    ["claims: { a: { match: [{ path: a.b, fields: '*' }] } }", "1:45", "expected array"],
    ["claims: { a: { match: [{ fields: [] }] } }", "1:24", "path: invalid input: expected string"],
    ["name: reporter-app", "1:7", "must begin with a letter or _"],
    [
      "notifications:\n  a:\n    match: []\n    channels: { hook: { type: webhok } }",
      "4:31",
      "notifications.a.channels.hook.type: expected one of webhook, socket, redis",
    ],
    [
      "notifications: { a: { match: [], channels: { h: { type: sqs, queueUrl: x } } } }",
      "1:62",
      'notifications.a.channels.h: unknown key "queueUrl"',
    ],
    [
      "notifications: { a: { match: [{ path: a.b, events: [MERGE] }], channels: {} } }",
      "1:53",
      "notifications.a.match[0].events[0]: invalid option: expected one of",
    ],
  ])("says where %j goes wrong", async (text, place, problem) => {
    const problems = await problemsOf({ "a.yaml": text });
    expect(problems.join("\n")).toContain(`a.yaml:${place}: `);
    expect(problems.join("\n")).toContain(problem);
  });

  test("refuses two files for one stakeholder, and a folder that is not there", async () => {
    const problems = await problemsOf({ "reporter.yaml": "", "reporter.json": "{}" });
    expect(problems).toEqual(["reporter.yaml:1:1: reporter.json declares reporter already"]);
    await rm(folder, { recursive: true });
    expect(await problemsOf({})).toEqual([`${folder}: the folder cannot be read (ENOENT)`]);
  });

  test("is not brought down by aliases that multiply", async () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const above = level === 0 ? "x" : `*a${level - 1}`;
      return `a${level}: &a${level} [${Array(9).fill(above).join(",")}]`;
    });
    const problems = await problemsOf({ "bomb.yaml": levels.join("\n") });
    expect(problems.join("\n")).toContain("Excessive alias count");
  });
});
