import { describe, expect, test } from "vitest";
import { sealSecrets, withoutSecrets, withSealed } from "../../provider/runtime/channel-secrets.ts";
import { withoutPlaces } from "../../provider/runtime/narrowed-notifications.ts";
import { generateRelayKey, publicHalf, seal } from "../../provider/runtime/seal.ts";
import { unsealed } from "./unsealed.ts";

const { publicKey, privateKey } = generateRelayKey();

describe("a sealed secret", () => {
  test.each(["s", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "ü\n🔑", "x".repeat(100_000)])(
    "is opened by the relay's key: %.20s",
    (secret) => {
      const sealed = seal(secret, publicKey);
      expect(sealed).toMatch(/^[\w-]+$/);
      expect(unsealed(sealed, privateKey)).toBe(secret);
    },
  );

  test("is another text each time, and opened by no other key", () => {
    expect(seal("secret", publicKey)).not.toBe(seal("secret", publicKey));
    const other = generateRelayKey();
    expect(() => unsealed(seal("secret", other.publicKey), privateKey)).toThrow();
  });

  test("cannot be altered", () => {
    const bytes = Buffer.from(seal("secret", publicKey), "base64url");
    for (const place of [0, 1, 40, 50, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[place] = (altered[place] ?? 0) ^ 2;
      expect(() => unsealed(altered.toString("base64url"), privateKey)).toThrow();
    }
  });

  test("belongs to a key of 32 bytes, whose public half is known from the private one", () => {
    for (const half of [publicKey, privateKey]) {
      expect(Buffer.from(half, "base64url")).toHaveLength(32);
    }
    expect(publicHalf(privateKey)).toBe(publicKey);
  });
});

describe("the secrets of channels", () => {
  const channels = {
    hook: { type: "webhook", url: "https://a.b", signing_secret: ["new", "old"] },
    queue: { type: "redis", url: "redis://a.b", username: "me", password: "secret" },
    kept: { type: "socket", token: { sealed: "sealed-by-hand" } },
  };

  test("are sealed one by one, and what is sealed already or no secret stays as it is", () => {
    const sealed = sealSecrets(channels, publicKey);
    const spec = withSealed(channels, sealed) as typeof channels;
    expect(spec).toMatchObject({
      hook: { type: "webhook", url: "https://a.b" },
      queue: { username: "me" },
      kept: channels.kept,
    });
    const [first] = spec.hook.signing_secret as unknown as { sealed: string }[];
    expect(unsealed(first?.sealed, privateKey)).toBe("new");
    expect(JSON.stringify(withoutSecrets(channels))).not.toMatch(/new|old|"secret"|by-hand/);
  });

  test("keep their seals while neither they nor the key change", () => {
    const sealed = sealSecrets(channels, publicKey);
    const changed = { ...channels, queue: { ...channels.queue, password: "other" } };
    const again = sealSecrets(changed, publicKey, { channels, sealed });
    expect(again.channels["hook"]).toEqual(sealed.channels["hook"]);
    expect(again.channels["queue"]).not.toEqual(sealed.channels["queue"]);
    const { publicKey: other } = generateRelayKey();
    const anew = sealSecrets(channels, other, { channels, sealed });
    expect(anew.channels["hook"]).not.toEqual(sealed.channels["hook"]);
  });
});

test("a notification is narrowed by single fields, and by matches that cannot do without", () => {
  const spec = {
    match: [
      { path: "a.a", fields: ["x", "y"] },
      { path: "a.b", fields: ["x"] },
      { path: "a.c", fields: ["*"] },
      { path: "a.d", fields: ["x", "y"], where: { z: 1 } },
    ],
    channels: {},
  };
  const places = ["match[0].fields[1]", "match[1].fields[0]", "match[3].where.z"];
  expect(withoutPlaces(spec, places)).toEqual({
    match: [
      { path: "a.a", fields: ["x"] },
      { path: "a.c", fields: ["*"] },
    ],
    channels: {},
  });
});
