import type { Client } from "pg";
import * as z from "zod";
import { parseLsn } from "./lsn.ts";

const lsn = z.string().transform(parseLsn);

/** As in pg_replication_slots; what older servers do not know is not there. */
const slotRow = z.object({
  slot_type: z.string(),
  plugin: z.string().nullable(),
  database: z.string().nullable(),
  temporary: z.boolean(),
  two_phase: z.boolean(),
  active_pid: z.int().nullable(),
  wal_status: z.string().nullable(),
  conflicting: z.boolean().nullish(),
  invalidation_reason: z.string().nullish(),
});

const row = z.object({
  database: z.string(),
  isStandby: z.boolean(),
  version: z.string().transform(Number),
  written: lsn.nullable(),
  slot: slotRow.nullable(),
  position: z
    .object({
      lsn,
      revision: z.string().transform(BigInt),
      gap: z
        .object({ from: lsn.optional(), to: lsn.optional(), reason: z.string().optional() })
        .nullable(),
    })
    .nullable(),
  publications: z.array(z.string()),
});

/** What the database knows of a slot, of how far it was read, and of what it publishes. */
export type SlotState = z.output<typeof row>;

/** Reads it, in one statement. */
export async function readSlotState(
  client: Client,
  slot: string,
  publications: readonly string[],
): Promise<SlotState> {
  const { rows } = await client.query(
    `SELECT current_database()::text AS database,
       pg_is_in_recovery() AS "isStandby",
       current_setting('server_version_num') AS version,
       CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn()::text END AS written,
       (SELECT to_jsonb(s) FROM pg_replication_slots s WHERE s.slot_name = $1) AS slot,
       (SELECT jsonb_build_object('lsn', p.lsn, 'revision', p.revision::text, 'gap', p.gap)
        FROM integratedb.relay_position p WHERE p.slot_name = $1) AS position,
       ARRAY(SELECT pubname::text FROM pg_publication WHERE pubname = ANY ($2)) AS publications`,
    [slot, publications],
  );
  return row.parse(rows[0]);
}
