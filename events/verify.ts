import { timingSafeEqual } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { EventsError } from "./events-error.ts";
import { type HeaderSource, headerOf } from "./headers.ts";

export interface VerifyOptions {
  /** Seconds that the message's clock and this one may differ. Default: 300. */
  readonly tolerance?: number;
  /** The time, in milliseconds since 1970. Default: the clock's. */
  readonly now?: number;
}

/** A message whose sender is known. */
export interface VerifiedMessage {
  /** The same on every try. */
  readonly id: string;
  /** When this try was signed. */
  readonly timestamp: Date;
}

/**
 * Checks that a webhook was sent by who has one of the secrets, not long ago and unaltered, after
 * Standard Webhooks. Call it before anything else is done with the body.
 *
 * @param body exactly as received, neither parsed nor re-encoded
 * @param secrets `whsec_…`; several while they are changed
 * @throws EventsError IDB4202, IDB4203, IDB4204 or IDB4205
 */
export function verify(
  headers: HeaderSource,
  body: string | Uint8Array,
  secrets: string | readonly string[],
  { tolerance = 300, now = Date.now() }: VerifyOptions = {},
): VerifiedMessage {
  const id = headerOf(headers, "webhook-id");
  const time = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature");
  if (!id || !time || !signatures) {
    const names = "webhook-id, webhook-timestamp and webhook-signature";
    throw new EventsError("IDB4202", `one of the headers ${names} is missing, or there twice`);
  }
  if (!/^\d{1,12}$/.test(time)) throw new EventsError("IDB4202", "webhook-timestamp is no number");
  const timestamp = new Date(Number(time) * 1000);
  const text = textOf(body);
  const expected = webhooksOf(secrets).map((webhook) =>
    Buffer.from(webhook.sign(id, timestamp, text)),
  );
  const given = signatures.split(" ").map((signature) => Buffer.from(signature));
  // Every pair is compared, so that the time tells nothing of which one fits.
  const fits = given.flatMap((one) => expected.map((other) => isEqual(one, other)));
  if (!fits.includes(true)) {
    throw new EventsError("IDB4203", "no signature of the message fits one of the secrets");
  }
  if (Math.abs(timestamp.getTime() - now) > tolerance * 1000) {
    throw new EventsError(
      "IDB4204",
      `the message was not signed within ${tolerance} seconds of now`,
    );
  }
  return { id, timestamp };
}

function webhooksOf(secrets: string | readonly string[]): Webhook[] {
  const list = typeof secrets === "string" ? [secrets] : secrets;
  if (list.length === 0) throw new EventsError("IDB4205", "there is no secret to verify with");
  return list.map((secret) => {
    try {
      if (!secret.startsWith("whsec_")) throw new Error("no prefix");
      return new Webhook(secret);
    } catch {
      throw new EventsError("IDB4205", "a secret is not whsec_ and bytes in base64");
    }
  });
}

/** What is not UTF-8 was never signed: the sender signs text. */
function textOf(body: string | Uint8Array): string {
  if (typeof body === "string") return body;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new EventsError("IDB4203", "the body is not UTF-8");
  }
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
