import pg, { type Client, type ClientConfig } from "pg";
import type { ReplicationClientConfig } from "pg-logical-replication";
import { RelayError } from "../running/relay-error.ts";
import { endClient } from "./end-client.ts";
import type { SlotState } from "./slot-state.ts";

export interface NewSlot {
  readonly connection: ClientConfig;
  readonly slot: string;
  /** Ends the waiting for the transactions that are under way. */
  readonly signal: AbortSignal;
}

/**
 * Makes the slot, in place of one that is there, and notes where it begins and the registry's
 * revision as of there: with failover, where the server has it (17 and newer). If this ends half-way,
 * `relay_position` makes the next one begin anew.
 *
 * Waits for the transactions that are under way in the database, which may take long.
 *
 * @param reason why there is a gap, if `relay_position` accepts one
 */
export async function makeSlot(
  client: Client,
  { connection, slot, signal }: NewSlot,
  state: SlotState,
  reason: string,
): Promise<void> {
  await client.query(
    `INSERT INTO integratedb.relay_position (slot_name, lsn, revision) VALUES ($1, '0/0', 0)
     ON CONFLICT DO NOTHING`,
    [slot],
  );
  if (state.slot) await client.query("SELECT pg_drop_replication_slot($1)", [slot]);
  const config: ReplicationClientConfig = {
    ...connection,
    replication: "database",
    // The server waits until all transactions have ended that are under way.
    query_timeout: 0,
  };
  const maker = new pg.Client(config);
  maker.on("error", () => undefined);
  try {
    await maker.connect();
    const { rows: pids } = await maker.query("SELECT pg_backend_pid() AS pid");
    // It would go on waiting for transactions when nobody waits for it any more.
    const cancel = () =>
      void client.query("SELECT pg_terminate_backend($1)", [pids[0].pid]).catch(() => undefined);
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    const { rows } = await maker
      .query<{ consistent_point: string; snapshot_name: string }>(
        creation(maker.escapeIdentifier(slot), state.version),
      )
      .finally(() => signal.removeEventListener("abort", cancel));
    const [made] = rows;
    if (made === undefined) throw new Error("the server did not say what it made");
    const revision = await revisionIn(client, made.snapshot_name);
    await client.query(
      // Positions of another cluster, or of another timeline, say nothing of what comes now.
      `WITH forgotten AS (
         UPDATE integratedb.lane SET accepted_lsn = NULL, accepted_index = NULL
         WHERE accepted_lsn >= $2::pg_lsn
       )
       UPDATE integratedb.relay_position SET lsn = $2, revision = $3,
         gap = CASE WHEN gap IS NOT NULL THEN
           jsonb_build_object('from', lsn, 'reason', $4::text) || gap || jsonb_build_object('to', $2::pg_lsn) END
       WHERE slot_name = $1`,
      [slot, made.consistent_point, revision, reason],
    );
  } catch (error) {
    throw isWrongState(error) ? new RelayError("IDB4013", error.message) : error;
  } finally {
    await endClient(maker);
  }
}

/** The server's wal_level is not logical. */
function isWrongState(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && error.code === "55000";
}

function creation(slot: string, version: number): string {
  const options =
    version >= 170_000
      ? "(SNAPSHOT 'export', FAILOVER true)"
      : version >= 150_000
        ? "(SNAPSHOT 'export')"
        : "EXPORT_SNAPSHOT";
  return `CREATE_REPLICATION_SLOT ${slot} LOGICAL pgoutput ${options}`;
}

/** The revision that is visible where the slot begins: later ones come through it. */
async function revisionIn(client: Client, snapshot: string): Promise<string> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  try {
    await client.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(snapshot)}`);
    const { rows } = await client.query<{ revision: string }>(
      "SELECT revision FROM integratedb.routing",
    );
    return rows[0]?.revision ?? "0";
  } finally {
    await client.query("COMMIT");
  }
}
