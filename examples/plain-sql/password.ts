import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";

/** Characters that need no quoting in a URL. */
export function newPassword(): string {
  return randomBytes(24).toString("base64url");
}

/**
 * What Postgres stores for a password, made here so that the password itself is never sent and never
 * logged: https://www.rfc-editor.org/rfc/rfc5803
 */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, 4096, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  return `SCRAM-SHA-256$4096:${salt.toString("base64")}$${storedKey}:${serverKey}`;
}
