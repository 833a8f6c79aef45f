import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { verify } from "../../events/index.ts";
import { signatureHeaders, signingKey } from "../../relay/channels/standard-webhooks-signature.ts";

const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`;
const [oldSecret, newSecret, otherSecret] = [secretOf(1), secretOf(2), secretOf(3)];
const body = '{"text":"żółw"}';
const now = 1_784_542_272_000;

function signed(...secrets: string[]): Record<string, string> {
  const keys = secrets.map((secret) => signingKey(secret) ?? Buffer.alloc(0));
  return signatureHeaders(keys, "0/16B3748:0", now / 1000, body);
}

test("what the relay signs is verified", () => {
  const verified = verify(signed(oldSecret), body, oldSecret, { now });
  expect(verified).toEqual({ id: "0/16B3748:0", timestamp: new Date(now) });
});

test("bytes and fetch's headers are as good", () => {
  const headers = new Headers(signed(oldSecret));
  expect(verify(headers, Buffer.from(body), oldSecret, { now }).id).toBe("0/16B3748:0");
});

describe("while secrets are changed", () => {
  test("a receiver with either secret takes what is signed with both", () => {
    const headers = signed(oldSecret, newSecret);
    expect(verify(headers, body, oldSecret, { now }).id).toBeDefined();
    expect(verify(headers, body, newSecret, { now }).id).toBeDefined();
  });

  test("a receiver with both secrets takes what is signed with either", () => {
    expect(verify(signed(oldSecret), body, [newSecret, oldSecret], { now }).id).toBeDefined();
  });
});

const headers = signed(oldSecret);
test.each<[string, Record<string, string | string[]>, string | Buffer, string | string[], string]>([
  ["another secret", headers, body, otherSecret, "IDB4203"],
  ["a body that was altered", headers, `${body} `, oldSecret, "IDB4203"],
  ["a body that is not UTF-8", headers, Buffer.from([0xff]), oldSecret, "IDB4203"],
  ["another id", { ...headers, "webhook-id": "0/1:0" }, body, oldSecret, "IDB4203"],
  ["another time", { ...headers, "webhook-timestamp": "1784542273" }, body, oldSecret, "IDB4203"],
  [
    "another kind of signature",
    { ...headers, "webhook-signature": "v2,AAAA" },
    body,
    oldSecret,
    "IDB4203",
  ],
  [
    "a time that is no number",
    { ...headers, "webhook-timestamp": "1e9" },
    body,
    oldSecret,
    "IDB4202",
  ],
  ["no signature", { ...headers, "webhook-signature": "" }, body, oldSecret, "IDB4202"],
  [
    "a header that is there twice",
    { ...headers, "webhook-id": ["a", "b"] },
    body,
    oldSecret,
    "IDB4202",
  ],
  ["no headers", {}, body, oldSecret, "IDB4202"],
  ["no secrets", headers, body, [], "IDB4205"],
  ["a secret without its prefix", headers, body, oldSecret.slice(6), "IDB4205"],
  ["a secret that is not base64", headers, body, "whsec_###", "IDB4205"],
  ["an empty secret", headers, body, "whsec_", "IDB4205"],
])("%s is refused", (_, given, content, secrets, code) => {
  expect(() => verify(given, content, secrets, { now })).toThrow(code);
});

test("a message from before or after the tolerance is refused", () => {
  const seconds = (count: number, tolerance?: number) => () =>
    verify(headers, body, oldSecret, {
      now: now + count * 1000,
      ...(tolerance !== undefined && { tolerance }),
    });
  expect(seconds(300)).not.toThrow();
  expect(seconds(301)).toThrow("IDB4204");
  expect(seconds(-301)).toThrow("IDB4204");
  expect(seconds(31, 30)).toThrow("IDB4204");
});

test("without a time given it is the clock's", () => {
  const key = signingKey(oldSecret) as Buffer;
  const timestamp = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", key).update(`a.${timestamp}.${body}`).digest("base64");
  const fresh = {
    "webhook-id": "a",
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${signature}`,
  };
  expect(verify(fresh, body, oldSecret).id).toBe("a");
});
