import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import type { Content } from "../stores/secret-store.ts";

/** Work and memory (16 MiB) of one digest: what a guess costs who has the state and not the secret. */
const cost = { N: 2 ** 14, r: 8, p: 1 };

/** A digest of the content with a new random salt: `scrypt:<salt>:<hash>`, both base64url. */
export function digestOf(content: Content): Promise<string> {
  return digestWith(content, randomBytes(16));
}

/** Whether a digest is the one of this content. */
export async function isDigestOf(digest: unknown, content: Content): Promise<boolean> {
  const salt =
    typeof digest === "string" ? /^scrypt:([\w-]+):[\w-]+$/.exec(digest)?.[1] : undefined;
  if (salt === undefined) return false;
  const [one, other] = [await digestWith(content, Buffer.from(salt, "base64url")), String(digest)];
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** Content as one text: the same for the same values, whatever their order. */
export function canonicalText(content: Content): string {
  if (typeof content === "string") return content;
  const entries = Object.entries(content).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(Object.fromEntries(entries));
}

function digestWith(content: Content, salt: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    scrypt(canonicalText(content), salt, 32, cost, (error, hash) => {
      if (error) reject(error);
      else resolve(`scrypt:${salt.toString("base64url")}:${hash.toString("base64url")}`);
    });
  });
}
