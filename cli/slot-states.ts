import type pg from "pg";

/** A replication slot that a relay has read from. */
export interface SlotState {
  readonly slot: string;
  /** Whether a relay reads from it now. */
  readonly active: boolean;
  /** Whether the server has dropped it, or what it needs to go on. */
  readonly lost: boolean;
  /** LSN up to which everything is durable. */
  readonly confirmed: string;
  /** Bytes of WAL since then; null for a slot that is lost. */
  readonly lagBytes: number | null;
  /** What an operator has accepted to miss, until the relay has a new slot. */
  readonly gap: object | null;
}

/** The slots of relays, by name, as the server sees them. For the engine's owner. */
export async function readSlots(client: pg.ClientBase): Promise<SlotState[]> {
  const { rows } = await client.query<SlotState>(
    `select p.slot_name as slot, coalesce(s.active, false) as active, x.lost, p.gap,
       case when x.lost then p.lsn else greatest(p.lsn, s.confirmed_flush_lsn) end::text as confirmed,
       case when not x.lost then
         pg_wal_lsn_diff(pg_current_wal_lsn(), greatest(p.lsn, s.confirmed_flush_lsn))::float8
       end as "lagBytes"
     from integratedb.relay_position p
     left join pg_replication_slots s on s.slot_name = p.slot_name
       and s.database = current_database()
     cross join lateral (
       -- A position of 0/0 is that of a slot that is about to be made.
       select p.lsn > '0/0' and (s.slot_name is null or s.wal_status = 'lost') as lost) x
     order by p.slot_name`,
  );
  return rows;
}
