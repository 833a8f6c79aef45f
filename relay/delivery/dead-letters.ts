import type { Pool } from "pg";
import { type ChangeEvent, structured } from "../encoding/change-event.ts";
import { formatLsn } from "../stream/lsn.ts";
import { DeferredEvent } from "./deferred-event.ts";
import { storedKey } from "./stored-event.ts";
import type { Try } from "./try-history.ts";

/** An event that is given up. */
export interface DeadLetter {
  readonly event: ChangeEvent;
  readonly reason: string;
  readonly tries: readonly Try[];
}

/**
 * Moves events to the dead letters of a channel, out of the spool if they are there. One that is a
 * dead letter already, and was not sent again since, does not become another.
 *
 * @returns how many were in the spool
 */
export async function bury(
  pool: Pool,
  channelId: number,
  letters: readonly DeadLetter[],
): Promise<number> {
  const { rows } = await pool.query<{ unspooled: number }>(
    `with given as (
       select * from unnest($2::pg_lsn[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::jsonb[])
         as given (lsn, index, key, event, reason, tries)
     ), unspooled as (
       delete from integratedb.spool s using given g
       where s.channel_id = $1 and s.lsn = g.lsn and s.index = g.index
       returning s.lsn, s.index, s.event
     ), known as (
       select g.lsn, g.index, g.key, coalesce(g.event, u.event) as event, g.reason, g.tries
       from given g left join unspooled u using (lsn, index)
     ), buried as (
       insert into integratedb.dead_letter (channel_id, lsn, index, key, event, reason, tries)
       select $1, g.* from known g
       where g.event is not null and not exists (select from integratedb.dead_letter d
         where d.channel_id = $1 and d.lsn = g.lsn and d.index = g.index and not d.redriven)
     )
     select count(*)::integer as unspooled from unspooled`,
    [
      channelId,
      letters.map(({ event }) => formatLsn(event.lsn)),
      letters.map(({ event }) => event.index),
      letters.map(({ event }) => storedKey(event)),
      // A large one is in the spool alone, unless somebody has removed it.
      letters.map(({ event }) => (event instanceof DeferredEvent ? null : structured(event))),
      letters.map(({ reason }) => reason),
      letters.map(({ tries }) => JSON.stringify(tries)),
    ],
  );
  return rows[0]?.unspooled ?? 0;
}
