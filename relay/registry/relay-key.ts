import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";

/** DER of an X25519 private key in PKCS #8, up to its 32 bytes (RFC 8410, section 7). */
const privatePrefix = Buffer.from("302e020100300506032b656e04220420", "hex");

/** The relay's key pair: it opens what was sealed to its public half. */
export interface RelayKey {
  readonly privateKey: KeyObject;
  /** The raw 32 bytes of the public half. */
  readonly publicBytes: Buffer;
  /** 16 bytes with which the keys of rows are made opaque; the same as long as the key is. */
  readonly orderSecret: Buffer;
}

/**
 * Reads the private half, 32 raw bytes in base64url.
 *
 * @throws RangeError if it is anything else
 */
export function readRelayKey(text: string): RelayKey {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== 32 || bytes.toString("base64url") !== text.replace(/=+$/, "")) {
    throw new RangeError("expected 32 bytes in base64url");
  }
  const der = Buffer.concat([privatePrefix, bytes]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const publicBytes = rawPublicKey(createPublicKey(privateKey));
  const orderSecret = hkdfSync("sha256", bytes, publicBytes, "integratedb order key v1", 16);
  return { privateKey, publicBytes, orderSecret: Buffer.from(orderSecret) };
}

/** The last 32 bytes of a public key's DER are the key itself. */
function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(-32);
}
