import type { Pool } from "pg";
import { RelayError } from "../running/relay-error.ts";
import { type RelayKey, readRelayKey } from "./relay-key.ts";

/**
 * Reads the private half of the relay's key.
 *
 * @throws RelayError IDB4001 if it is malformed
 */
export function requireRelayKey(text: string): RelayKey {
  try {
    return readRelayKey(text);
  } catch {
    const problem = "INTEGRATEDB_RELAY_KEY: expected 32 bytes in base64url";
    throw new RelayError("IDB4001", problem);
  }
}

/**
 * Compares it with the public half in the database.
 *
 * @throws RelayError IDB4002 if it is of another pair
 */
export async function checkRelayKey(pool: Pool, key: RelayKey): Promise<void> {
  const { rows } = await pool.query<{ key: string | null }>(
    "select integratedb.relay_key() as key",
  );
  const registered = rows[0]?.key ?? null;
  if (registered === null || registered === key.publicBytes.toString("base64url")) return;
  throw new RelayError(
    "IDB4002",
    "the relay was given the private half of another key than the one in the database",
  );
}
