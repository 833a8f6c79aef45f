import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";

/** DER of an X25519 public key, up to its 32 bytes (RFC 8410, section 4). */
const publicPrefix = Buffer.from("302a300506032b656e032100", "hex");
/** DER of an X25519 private key in PKCS #8, up to its 32 bytes (RFC 8410, section 7). */
const privatePrefix = Buffer.from("302e020100300506032b656e04220420", "hex");

/** Both halves of a relay's key: 32 raw bytes each, in base64url. */
export interface RelayKeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A new key pair for a relay. */
export function generateRelayKey(): RelayKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("x25519");
  const secret = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
  return {
    publicKey: raw(publicKey).toString("base64url"),
    privateKey: secret.toString("base64url"),
  };
}

/** The public half of a private key. */
export function publicHalf(privateKey: string): string {
  const der = Buffer.concat([privatePrefix, Buffer.from(privateKey, "base64url")]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return raw(createPublicKey(key)).toString("base64url");
}

/**
 * Seals a secret so that only the holder of the relay's private key can open it: version 1, a
 * one-time public key (32 bytes), a nonce (12), AES-256-GCM ciphertext and tag (16), in base64url.
 * Sealing the same secret again gives another text.
 *
 * @param relayKey the public half, as `integratedb.relay_key()` answers
 */
export function seal(secret: string, relayKey: string): string {
  const recipient = Buffer.from(relayKey, "base64url");
  const publicKey = createPublicKey({
    key: Buffer.concat([publicPrefix, recipient]),
    format: "der",
    type: "spki",
  });
  const once = generateKeyPairSync("x25519");
  const sender = raw(once.publicKey);
  const shared = diffieHellman({ privateKey: once.privateKey, publicKey });
  const salt = Buffer.concat([sender, recipient]);
  const key = Buffer.from(hkdfSync("sha256", shared, salt, "integratedb channel secret v1", 32));
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const ciphertext = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
  const parts = [Buffer.of(1), sender, nonce, ciphertext, cipher.getAuthTag()];
  return Buffer.concat(parts).toString("base64url");
}

/** The last 32 bytes of a public key's DER are the key itself. */
function raw(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(-32);
}
