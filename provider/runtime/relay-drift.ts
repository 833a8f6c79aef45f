import { type Connection, readOnly } from "./connection.ts";
import { unlessUninstalled } from "./drift.ts";
import type { RelayIdentity } from "./relay-login.ts";
import { relaySlot } from "./relay-slot.ts";
import { publicHalf } from "./seal.ts";

/** What a refresh found wrong with a relay's login, key and slot; undefined if they are gone. */
export function relayRegistrationDrift(
  connection: Connection,
  { slot, username, key }: RelayIdentity,
): Promise<string[] | undefined> {
  return unlessUninstalled(
    readOnly(connection, async (client) => {
      const { rows } = await client.query<{ login: boolean; granted: boolean; key: string }>(
        `select exists (select from pg_catalog.pg_roles where rolname = $1 and rolcanlogin) as login,
           exists (select from integratedb.relay_role where role_name = $1) as granted,
           integratedb.relay_key() as key`,
        [username],
      );
      const { state } = await relaySlot(client, slot);
      const [found] = rows;
      if (found?.login !== true && state === "missing") return undefined;
      return [
        ...(found?.login ? [] : [`the login ${username} is gone`]),
        ...(found?.granted ? [] : [`the rights of ${username} were revoked`]),
        ...(key !== undefined && found?.key === publicHalf(key)
          ? []
          : ["the relay's key was replaced"]),
        ...(state === "there" ? [] : [`the slot ${slot} is ${state}`]),
      ];
    }),
  );
}
