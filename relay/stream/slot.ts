import { Client, type ClientConfig, type Pool } from "pg";
import { RelayError } from "../running/relay-error.ts";

/** SQLSTATE of a slot that another connection reads. */
const OBJECT_IN_USE = "55006";

export interface SlotOptions {
  readonly connection: ClientConfig;
  readonly pool: Pool;
  readonly slot: string;
  readonly publications: readonly string[];
}

interface SlotState {
  readonly has_position: boolean;
  readonly lsn: string | null;
  readonly accepts_gap: boolean;
  readonly exists: boolean;
  readonly plugin: string | null;
  readonly slot_database: string | null;
  readonly database: string;
  readonly wal_status: string | null;
  readonly reason: string | null;
  readonly missing: string[] | null;
}

/**
 * Sees to it that the slot is there and can be read: it is made at the first start, and never again
 * unless an operator has accepted what is missed by that.
 *
 * @throws RelayError IDB4010 lost, IDB4011 it is not this relay's, IDB4012 no publication, IDB4013
 *   it cannot be made
 */
export async function ensureSlot(options: SlotOptions): Promise<void> {
  const state = await inspect(options);
  const { slot } = options;
  if (state.missing !== null) {
    throw new RelayError("IDB4012", `there is no publication ${state.missing.join(", ")}`);
  }
  if (!state.has_position) {
    if (state.exists) throw notOurs(slot, "it was there before this relay's first start");
    await createSlot(options, undefined);
    return;
  }
  const lost = state.wal_status === "lost" || state.reason !== null;
  if (state.exists && !lost) {
    if (state.plugin !== "pgoutput") throw notOurs(slot, `its plug-in is ${state.plugin}`);
    if (state.slot_database !== state.database) {
      throw notOurs(slot, `it is of the database ${state.slot_database}`);
    }
    return;
  }
  const found = state.exists
    ? `the server has invalidated it${state.reason === null ? "" : ` (${state.reason})`}`
    : "it is gone";
  if (!state.accepts_gap) {
    throw new RelayError(
      "IDB4010",
      `the slot ${slot} is lost: ${found}. Changes after ${state.lsn} were not delivered, and the server may not have them any more`,
    );
  }
  if (state.exists) {
    await options.pool.query("select pg_drop_replication_slot($1)", [slot]);
  }
  await createSlot(options, found);
}

/** Whether the error says that another relay has the slot. */
export function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === OBJECT_IN_USE;
}

async function inspect({ pool, slot, publications }: SlotOptions): Promise<SlotState> {
  const { rows } = await pool.query<SlotState>(
    `select p.slot_name is not null as has_position, p.lsn::text as lsn, coalesce(p.gap ->> 'accepted', 'false')::boolean as accepts_gap,
       s.slot_name is not null as exists, s.plugin::text as plugin, s.database::text as slot_database,
       current_database()::text as database, s.wal_status,
       to_jsonb(s) ->> 'invalidation_reason' as reason,
       (select array_agg(x.name) from unnest($2::text[]) x(name)
        where not exists (select from pg_publication b where b.pubname = x.name)) as missing
     from (select $1::text as name) x
     left join integratedb.relay_position p on p.slot_name = x.name
     left join pg_replication_slots s on s.slot_name = x.name`,
    [slot, publications],
  );
  const [state] = rows;
  if (state === undefined) throw new Error("a query without FROM has one row");
  return state;
}

/** Makes the slot, and notes the registry's revision as of the very place where it begins. */
async function createSlot(
  { connection, pool, slot }: SlotOptions,
  gap: string | undefined,
): Promise<void> {
  const maker = new Client({ ...connection, replication: "database" } as ClientConfig);
  maker.on("error", () => undefined);
  await maker.connect();
  try {
    const { rows } = await maker.query<{ consistent_point: string; snapshot_name: string }>(
      await creation(pool, maker.escapeIdentifier(slot)),
    );
    const [made] = rows;
    if (made === undefined) throw new RelayError("IDB4013", "the server did not say what it made");
    await notePosition(pool, slot, made.consistent_point, made.snapshot_name, gap);
  } catch (error) {
    if (error instanceof RelayError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new RelayError("IDB4013", `the slot ${slot} could not be made: ${reason}`);
  } finally {
    await maker.end();
  }
}

/** A slot that a standby takes over, where the server knows that. */
async function creation(pool: Pool, slot: string): Promise<string> {
  const { rows } = await pool.query<{ version: number }>(
    "select current_setting('server_version_num')::integer as version",
  );
  const version = rows[0]?.version ?? 0;
  if (version >= 170_000) {
    return `CREATE_REPLICATION_SLOT ${slot} LOGICAL pgoutput (SNAPSHOT 'export', FAILOVER true)`;
  }
  if (version >= 150_000) {
    return `CREATE_REPLICATION_SLOT ${slot} LOGICAL pgoutput (SNAPSHOT 'export')`;
  }
  return `CREATE_REPLICATION_SLOT ${slot} LOGICAL pgoutput EXPORT_SNAPSHOT`;
}

async function notePosition(
  pool: Pool,
  slot: string,
  lsn: string,
  snapshot: string,
  gap: string | undefined,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin isolation level repeatable read");
    await client.query(`set transaction snapshot ${client.escapeLiteral(snapshot)}`);
    const { rows } = await client.query<{ revision: string }>(
      "select revision from integratedb.routing",
    );
    await client.query("commit");
    await client.query(
      `insert into integratedb.relay_position (slot_name, lsn, revision) values ($1, $2, $3)
       on conflict (slot_name) do update set lsn = excluded.lsn, revision = excluded.revision,
         gap = jsonb_build_object('after', relay_position.lsn, 'until', excluded.lsn, 'reason', $4::text)`,
      [slot, lsn, rows[0]?.revision ?? 0, gap],
    );
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function notOurs(slot: string, why: string): RelayError {
  return new RelayError("IDB4011", `the slot ${slot} is not this relay's: ${why}`);
}
