import { describe, expect, test } from "vitest";
import { digestOf, isDigestOf } from "../../provider/runtime/content-digest.ts";
import { storeError } from "../../provider/runtime/store-errors.ts";
import { unknownValue } from "../../provider/runtime/unknown.ts";
import { storeEntry } from "../../provider/runtime/v1/index.ts";
import { secretsIn } from "../pulumi/secret-forms.ts";

const base = { store: "awsSecret" as const, name: "a", settings: { region: "eu-central-1" } };

describe("the diff of an entry", () => {
  const kubernetes = {
    store: "kubernetesSecret" as const,
    name: "a",
    settings: { type: "Opaque" },
  };

  test.each([
    ["nothing else", base, base, { changes: false, replaces: [] }],
    ["another name", base, { ...base, name: "b" }, { changes: true, replaces: ["name"] }],
    [
      "another region",
      base,
      { ...base, settings: { region: "eu-west-1" } },
      { changes: true, replaces: ["settings"], deleteBeforeReplace: false },
    ],
    [
      "another address of the same store",
      base,
      { ...base, settings: { ...base.settings, endpoint: "https://vpce" } },
      { changes: true, replaces: [] },
    ],
    [
      "another type of a Secret, which Kubernetes never changes",
      kubernetes,
      { ...kubernetes, settings: { type: "example.org/type" } },
      { changes: true, replaces: ["settings"], deleteBeforeReplace: true },
    ],
    ["content that is not known yet", base, { ...base, digest: unknownValue }, { changes: true }],
    ["drift that a refresh found", { ...base, drift: ["x"] }, base, { changes: true }],
  ])("with %s", async (_, olds, news, expected) => {
    const digest = "scrypt:a:b";
    const answer = storeEntry.diff(
      "id",
      { digest, ...olds } as never,
      { digest, ...news } as never,
    );
    expect(await answer).toMatchObject(expected);
  });
});

describe("the check of an entry", () => {
  const content = "postgresql://reporter_a:the-password-of-it@db/shop";

  test("keeps the digest of content that stays, and salts it anew where it changes", async () => {
    const { inputs: first } = await storeEntry.check({}, { ...base, content });
    const { inputs: same } = await storeEntry.check(first, { ...base, content });
    const { inputs: other } = await storeEntry.check(first, { ...base, content: "other" });
    const { inputs: elsewhere } = await storeEntry.check({}, { ...base, content });
    expect(same).toEqual(first);
    expect(new Set([first.digest, other.digest, elsewhere.digest]).size).toBe(3);
    expect(first).not.toHaveProperty("content");
  });

  test("waits for what is unknown", async () => {
    const { inputs } = await storeEntry.check({}, { ...base, content: unknownValue });
    expect(inputs).toEqual({ ...base, digest: unknownValue });
    const unnamed = { ...base, name: unknownValue, content };
    expect((await storeEntry.check({}, unnamed)).inputs).toMatchObject({ digest: unknownValue });
  });

  test("names the setting that is wrong, and shows nothing of the content", async () => {
    const wrong = { ...base, settings: { recoveryWindowInDays: 3, regoin: "x" }, content };
    const answer = await storeEntry.check({}, wrong);
    expect(JSON.stringify(answer.failures)).toMatch(
      /IDB1201 recoveryWindowInDays: .*unknown key .*regoin/,
    );
    expect(JSON.stringify(answer)).not.toContain("the-password-of-it");
  });
});

test("a digest is one of the content alone, whatever the order of its keys", async () => {
  const digest = await digestOf({ a: "1", b: "2" });
  expect(await isDigestOf(digest, { b: "2", a: "1" })).toBe(true);
  expect(await isDigestOf(digest, { a: "1", b: "3" })).toBe(false);
  for (const other of [undefined, "", "scrypt:x", "sha256:aa:bb"]) {
    expect(await isDigestOf(other, "x")).toBe(false);
  }
});

test("a create that finds no content in its process says so and writes nothing", async () => {
  const lost = storeEntry.create({ ...base, digest: "scrypt:a:b" } as never);
  await expect(lost).rejects.toThrow("IDB1509 AWS Secrets Manager, entry a: ");
});

test("an error of a store never repeats the content, in any form that stores send back", () => {
  const password = "Zk3_x-9vQ7bT2mLr8WcY5nHp0sDf6gJa";
  const uri = `postgresql://reporter_a:${password}@db.internal:5432/shop`;
  for (const content of [uri, JSON.stringify({ password, uri }), { password, uri }]) {
    const texts = [
      `value '${typeof content === "string" ? content : JSON.stringify(content)}' is not allowed`,
      `bad password ${password}`,
      `bad ${encodeURIComponent(uri)}`,
      `bad ${Buffer.from(password).toString("base64")}`,
    ];
    for (const text of texts) {
      const { message } = storeError(base, new Error(text), {}, content);
      expect(message).toContain("[secret]");
      expect(secretsIn(message, [password])).toEqual([]);
    }
  }
});
