import type pg from "pg";
import { IntegrateDbError } from "../../sql/errors.ts";
import { relaySlot } from "./relay-slot.ts";
import { generatePassword, scramVerifier } from "./scram.ts";
import { generateRelayKey, publicHalf } from "./seal.ts";

/** A relay as the database knows it. */
export interface RelayIdentity {
  readonly slot: string;
  /** Name of the login. */
  readonly username: string;
  /** Private half of the key, as far as it is known. */
  readonly key?: string | undefined;
  readonly adopt?: boolean | undefined;
}

/** A new password, with what the server is told of it. */
export async function newRelayPassword(): Promise<{ password: string; verifier: string }> {
  const password = generatePassword();
  return { password, verifier: await scramVerifier(password) };
}

/**
 * Makes the login and the publications, or takes the login over.
 *
 * @throws IntegrateDbError IDB1207 login or slot are there already
 */
export async function putRelayLogin(
  client: pg.ClientBase,
  { slot, username, adopt = false }: RelayIdentity,
  verifier: string,
): Promise<void> {
  const { state } = await relaySlot(client, slot);
  if (state !== "missing" && !adopt) {
    throw new IntegrateDbError("IDB1207", `There is a replication slot ${slot} already.`);
  }
  await client.query("select integratedb.put_relay_login($1, $2, $3)", [username, verifier, adopt]);
}

/**
 * The private half of the key to which secrets are sealed; one is set if there is none yet.
 *
 * @throws IntegrateDbError IDB1211 when it is not known, or another one was given
 */
export async function relayKeyOf(client: pg.ClientBase, { key }: RelayIdentity): Promise<string> {
  const present = await requireKnownKey(client, key);
  if (present && key !== undefined) return key;
  const pair =
    key === undefined ? generateRelayKey() : { privateKey: key, publicKey: publicHalf(key) };
  await client.query("select integratedb.set_relay_key($1)", [pair.publicKey]);
  return pair.privateKey;
}

/**
 * Whether the database has a key, whose private half is then the given one.
 *
 * @throws IntegrateDbError IDB1211 when it is not
 */
export async function requireKnownKey(client: pg.ClientBase, key?: string): Promise<boolean> {
  const { rows } = await client.query<{ key: string | null }>(
    "select integratedb.relay_key() as key",
  );
  const present = rows[0]?.key ?? undefined;
  if (present === undefined) return false;
  if (key !== undefined && publicHalf(key) === present) return true;
  throw new IntegrateDbError(
    "IDB1211",
    key === undefined
      ? "The database has a relay's key that was made elsewhere."
      : "The database has another relay's key than the given one.",
  );
}
