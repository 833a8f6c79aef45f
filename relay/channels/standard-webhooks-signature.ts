import { createHmac } from "node:crypto";

/** What precedes the base64 of a signing secret in its text form. */
const prefix = "whsec_";

/**
 * The key of a secret as Standard Webhooks writes it: `whsec_` and 24 to 64 bytes in base64.
 *
 * @returns undefined if it is not one
 */
export function signingKey(secret: string): Buffer | undefined {
  if (!secret.startsWith(prefix)) return undefined;
  const encoded = secret.slice(prefix.length);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const key = Buffer.from(encoded, "base64");
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/**
 * The headers of Standard Webhooks 1.0 for one message. Each key signs, so that a receiver that
 * knows the old or the new one can verify while they are changed.
 *
 * @param timestamp of this try, in seconds since 1970
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signatureHeaders(
  keys: readonly Buffer[],
  id: string,
  timestamp: number,
  body: string | Buffer,
): Record<string, string> {
  const headers: Record<string, string> = {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
  };
  if (keys.length === 0) return headers;
  const signatures = keys.map((key) => {
    const hmac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body);
    return `v1,${hmac.digest("base64")}`;
  });
  headers["webhook-signature"] = signatures.join(" ");
  return headers;
}
