import type pg from "pg";
import { generateRelayKey, publicHalf } from "./seal.ts";

/** The key of a database's relay, as far as a resource knows it. */
export interface RelayKey {
  /** To which secrets are sealed. */
  readonly relayPublicKey: string;
  /** With which the relay opens them; undefined if something else made the key. */
  readonly relayKey?: string | undefined;
}

/**
 * Makes a key for the relay, unless the database has one. Its private half is known only to who
 * made it.
 *
 * @param known a private half that was made earlier, and is kept as long as the key is the same
 */
export async function obtainRelayKey(client: pg.ClientBase, known?: string): Promise<RelayKey> {
  const { rows } = await client.query<{ key: string | null }>(
    "select integratedb.relay_key() as key",
  );
  const present = rows[0]?.key;
  if (present) {
    const isOurs = known !== undefined && publicHalf(known) === present;
    return { relayPublicKey: present, ...(isOurs ? { relayKey: known } : {}) };
  }
  const { publicKey, privateKey } = generateRelayKey();
  await client.query("select integratedb.set_relay_key($1)", [publicKey]);
  return { relayPublicKey: publicKey, relayKey: privateKey };
}
