import { createDecipheriv, createPublicKey, diffieHellman, hkdfSync } from "node:crypto";
import type { RelayKey } from "./relay-key.ts";

/** DER of an X25519 public key, up to its 32 bytes (RFC 8410, section 4). */
const publicPrefix = Buffer.from("302a300506032b656e032100", "hex");

/**
 * Opens a secret that was sealed to the relay's public key: version 1, the sender's one-time public
 * key (32 bytes), a nonce (12), AES-256-GCM ciphertext and tag (16), in base64url.
 *
 * @throws if it was sealed to another key, or altered
 */
export function unseal(sealed: string, { privateKey, publicBytes }: RelayKey): string {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes[0] !== 1 || bytes.length < 61) throw new RangeError("not a sealed secret of version 1");
  const sender = bytes.subarray(1, 33);
  const publicKey = createPublicKey({
    key: Buffer.concat([publicPrefix, sender]),
    format: "der",
    type: "spki",
  });
  const shared = diffieHellman({ privateKey, publicKey });
  const salt = Buffer.concat([sender, publicBytes]);
  const key = Buffer.from(hkdfSync("sha256", shared, salt, "integratedb channel secret v1", 32));
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(33, 45));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(45, -16)), decipher.final()]).toString();
}

/** A channel's configuration with its secrets in the clear: `{sealed}` becomes a text, also in lists. */
export function openConfig(
  config: Readonly<Record<string, unknown>>,
  key: RelayKey,
): Record<string, unknown> {
  const opened = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(opened);
    return isSealed(value) ? unseal(value.sealed, key) : value;
  };
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, opened(value)]));
}

function isSealed(value: unknown): value is { readonly sealed: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "sealed" in value &&
    typeof value.sealed === "string"
  );
}
