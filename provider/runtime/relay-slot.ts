import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { IntegrateDbError } from "../../sql/errors.ts";
import { type Connection, readOnly, transaction } from "./connection.ts";
import { unlessUninstalled } from "./drift.ts";

/** Attempts to make a slot while nobody changes the registry. */
const attempts = 5;

/** How long a relay that was stopped may take to let go of its slot, in milliseconds. */
const patience = 15_000;

/** What is known of a slot. */
export interface RelaySlot {
  /** Whether the server has it, with all that it needs to go on. */
  readonly state: "missing" | "lost" | "there";
  /** Whether a relay may make it anew: a gap was accepted. */
  readonly isGivenUp: boolean;
}

export async function relaySlot(client: pg.ClientBase, slot: string): Promise<RelaySlot> {
  const { rows } = await client.query<RelaySlot>(
    `select case when s.slot_name is null then 'missing' when s.wal_status = 'lost' then 'lost'
         else 'there' end as state,
       coalesce(p.gap is not null or p.lsn = '0/0', false) as "isGivenUp"
     from (select $1::text as name) wanted
     left join pg_catalog.pg_replication_slots s on s.slot_name = wanted.name
     left join integratedb.relay_position p on p.slot_name = wanted.name`,
    [slot],
  );
  const [found] = rows;
  if (found === undefined) throw new Error("the server answered no row");
  return found;
}

/**
 * Makes the slot, with failover where the server has it (17 and newer), and notes from which
 * position and revision of the registry on a relay reads. Waits for the transactions that are under
 * way in the database, a minute at most.
 *
 * @throws IntegrateDbError IDB4013, IDB1004, IDB1109
 */
export async function makeRelaySlot(connection: Connection, slot: string): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const before = await readOnly(connection, revisionOf);
    await create(connection, slot);
    if (await noted(connection, slot, before)) return;
    await drop(connection, slot);
  }
  const problem = `Notifications were changed at every attempt to make the slot ${slot}.`;
  throw new IntegrateDbError("IDB1109", problem, { remedy: "Run `up` again." });
}

/**
 * Drops the slot and forgets its position, once nobody reads it any more; one that is not there is
 * no error.
 *
 * @throws IntegrateDbError IDB1210 a relay still reads it
 */
export async function dropRelaySlot(connection: Connection, slot: string): Promise<void> {
  await drop(connection, slot);
  await unlessUninstalled(
    transaction(connection, (client) =>
      client.query("delete from integratedb.relay_position where slot_name = $1", [slot]),
    ),
  );
}

/**
 * Waits until nobody reads the slot.
 *
 * @throws IntegrateDbError IDB1210 when that takes too long
 */
export async function whenUnread(connection: Connection, slot: string): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    const [found] = await readOnly(connection, async (client) => {
      const { rows } = await client.query<{ pid: number }>(
        `select active_pid as pid from pg_catalog.pg_replication_slots
         where slot_name = $1 and database = current_database() and active_pid is not null`,
        [slot],
      );
      return rows;
    });
    if (found === undefined) return;
    if (Date.now() > end) {
      throw new IntegrateDbError("IDB1210", `A relay reads the slot ${slot}.`, {
        found: `process ${found.pid} of the server sends to it`,
      });
    }
    await wait(250);
  }
}

async function revisionOf(client: pg.ClientBase): Promise<string | undefined> {
  const { rows } = await client.query<{ revision: string }>(
    "select revision::text as revision from integratedb.routing",
  );
  return rows[0]?.revision;
}

async function create(connection: Connection, slot: string): Promise<void> {
  try {
    await transaction(connection, async (client) => {
      const { rows } = await client.query<{ failover: boolean }>(
        "select current_setting('server_version_num')::integer >= 170000 as failover",
      );
      const further = rows[0]?.failover === true ? ", false, false, true" : "";
      await client.query(`select pg_create_logical_replication_slot($1, 'pgoutput'${further})`, [
        slot,
      ]);
    });
  } catch (error) {
    throw explained(error);
  }
}

/**
 * Whoever changes the registry holds its lock until the change is visible. So where the revision is
 * the same as before, it is that of the slot's beginning.
 */
function noted(connection: Connection, slot: string, before?: string): Promise<boolean> {
  return transaction(connection, async (client) => {
    await client.query("select integratedb.lock_registry()");
    if ((await revisionOf(client)) !== before) return false;
    await client.query(
      `insert into integratedb.relay_position (slot_name, lsn, revision)
       select slot_name, confirmed_flush_lsn, $2 from pg_catalog.pg_replication_slots
       where slot_name = $1`,
      [slot, before],
    );
    return true;
  });
}

async function drop(connection: Connection, slot: string): Promise<void> {
  await whenUnread(connection, slot);
  await transaction(connection, (client) =>
    client.query(
      `select pg_drop_replication_slot(slot_name) from pg_catalog.pg_replication_slots
       where slot_name = $1 and database = current_database()`,
      [slot],
    ),
  );
}

/** What keeps Postgres from making a slot, with the way out. */
function explained(error: unknown): unknown {
  const cause = error instanceof IntegrateDbError ? error.cause : undefined;
  if (!(cause instanceof pg.DatabaseError)) return error;
  if (cause.code === "55000" || cause.code === "53400") {
    return new IntegrateDbError("IDB4013", `Postgres says: ${cause.message}.`, { cause });
  }
  if (cause.code === "42501") {
    return new IntegrateDbError("IDB1004", `Postgres says: ${cause.message}.`, {
      remedy: "The connection's role makes the relay's slot: give it REPLICATION, too.",
      cause,
    });
  }
  return error;
}
