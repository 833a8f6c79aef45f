import type pg from "pg";

/** How a channel fares. */
export interface ChannelState {
  /** Null once the notification is gone and only what was committed before is delivered. */
  readonly stakeholder: string | null;
  readonly notification: string | null;
  readonly channel: string;
  readonly type: string;
  readonly retired: boolean;
  /** Null until a relay has worked on it. */
  readonly state: string | null;
  /** Bytes of WAL between what is delivered and now; null until a relay has read anything. */
  readonly lagBytes: number | null;
  /** Age of the oldest event that waits, 0 if none does. */
  readonly lagSeconds: number | null;
  readonly spooled: number;
  readonly deadLetters: number;
  readonly delivered: number;
  readonly lastError: string | null;
  readonly lastErrorAt: Date | null;
}

/**
 * A channel is behind by its oldest event in the spool, or else by as much as the relay's slot.
 * That slot has no time of its own: where it is behind, its seconds are not known.
 */
export async function readChannels(
  client: pg.ClientBase,
  stakeholder: string | undefined,
): Promise<ChannelState[]> {
  const { rows } = await client.query<ChannelState>(
    `with slot as (
       select max(greatest(p.lsn, s.confirmed_flush_lsn)) as lsn
       from integratedb.relay_position p
       left join pg_replication_slots s on s.slot_name = p.slot_name
         and s.database = current_database()
     )
     select c.stakeholder, c.notification, c.channel, c.type, c.retired, c.state,
       pg_wal_lsn_diff(pg_current_wal_lsn(), coalesce(first.lsn, slot.lsn))::float8 as "lagBytes",
       case
         when first.event is not null then
           extract(epoch from clock_timestamp() - (first.event::jsonb ->> 'time')::timestamptz)
         when slot.lsn >= pg_current_wal_lsn() then 0
       end::float8 as "lagSeconds",
       c.spooled::float8 as spooled, c.dead_letters::float8 as "deadLetters",
       c.delivered::float8 as delivered, c.last_error as "lastError",
       c.last_error_at as "lastErrorAt"
     from integratedb.channels c
     cross join slot
     left join lateral (
       select p.lsn, p.event from integratedb.spool p where p.channel_id = c.channel_id
       order by p.lsn, p.index limit 1) first on true
     where $1::text is null or c.stakeholder = lower($1)
     order by c.stakeholder, c.notification, c.channel, c.channel_id`,
    [stakeholder],
  );
  return rows;
}
