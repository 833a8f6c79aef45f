import type pg from "pg";
import { IntegrateDbError } from "../../sql/errors.ts";
import { type Connection, transaction } from "./connection.ts";
import { unlessUninstalled } from "./drift.ts";
import type { RelayIdentity } from "./relay-login.ts";
import { dropRelaySlot, whenUnread } from "./relay-slot.ts";

interface Backlog {
  readonly spooled: number;
  readonly unread: number;
}

/**
 * Drops the slot, which would fill the server's disk, and the login.
 *
 * @param mayLose whether that may be while events are undelivered
 * @returns sentences about what was left behind, or lost
 * @throws IntegrateDbError IDB1208 with the number of events, IDB1210 a relay still reads the slot
 */
export async function removeRelay(
  connection: Connection,
  { slot, username }: RelayIdentity,
  mayLose: boolean,
): Promise<string[]> {
  await whenUnread(connection, slot);
  const backlog = await backlogOf(connection, slot, mayLose);
  if (!mayLose && backlog !== "") {
    throw new IntegrateDbError("IDB1208", `The relay has not delivered ${backlog}.`);
  }
  await dropRelaySlot(connection, slot);
  const kept = await unlessUninstalled(
    transaction(connection, async (client) => {
      const { rows } = await client.query<{ kept: { object: string; reason: string }[] }>(
        "select integratedb.drop_relay_login($1) as kept",
        [username],
      );
      return rows[0]?.kept ?? [];
    }),
  );
  return [
    ...(kept ?? []).map(({ object, reason }) => `${object} was kept: ${reason}`),
    ...(backlog === "" ? [] : [`The relay was removed without delivering ${backlog}.`]),
  ];
}

/** In words; nothing where all is delivered, or cannot be counted and may be lost. */
async function backlogOf(connection: Connection, slot: string, mayLose: boolean): Promise<string> {
  try {
    const found = await transaction(connection, async (client: pg.ClientBase) => {
      const { rows } = await client.query<Backlog>(
        "select spooled::float8, unread::float8 from integratedb.relay_backlog($1)",
        [slot],
      );
      return rows[0];
    });
    return found === undefined ? "" : inWords(found);
  } catch (error) {
    if (error instanceof IntegrateDbError && (mayLose || error.code === "IDB1111")) return "";
    throw error;
  }
}

function inWords({ spooled, unread }: Backlog): string {
  const events = `${spooled} event${spooled === 1 ? "" : "s"} in the spool`;
  const changes = `${unread} change${unread === 1 ? "" : "s"} that no relay has read`;
  return [spooled > 0 ? events : "", unread > 0 ? changes : ""].filter(Boolean).join(" and ");
}
