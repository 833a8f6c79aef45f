import { createHash, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

const iterations = 4096;

/** A new password: 192 random bits in characters that need no quoting in a URL or a shell. */
export function generatePassword(): string {
  return randomBytes(24).toString("base64url");
}

/**
 * What Postgres stores for a password (RFC 5803, `SCRAM-SHA-256$4096:salt$StoredKey:ServerKey`).
 * Sending this in place of the password keeps the password out of the server's log.
 *
 * @param password printable ASCII, which SASLprep leaves as it is.
 */
export async function scramVerifier(password: string, salt = randomBytes(16)): Promise<string> {
  const salted = await promisify(pbkdf2)(password, salt, iterations, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const storedKey = createHash("sha256").update(clientKey).digest("base64");
  const serverKey = createHmac("sha256", salted).update("Server Key").digest("base64");
  const encodedSalt = salt.toString("base64");
  return `SCRAM-SHA-256$${iterations}:${encodedSalt}$${storedKey}:${serverKey}`;
}
