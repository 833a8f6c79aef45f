import type { Pool } from "pg";

/** An event that is kept for receivers. */
export interface KeptEvent {
  /** Its place in the order of this table. */
  readonly seq: string;
  readonly id: string;
  /** The structured event. */
  readonly event: string;
}

/** Where a receiver goes on. */
export type Start =
  | {
      readonly state: "found";
      /** What comes after this place. */
      readonly after: string;
      /** What to give as the cursor if nothing comes. */
      readonly cursor: string;
    }
  /** Events after the cursor are no longer kept. */
  | { readonly state: "gone"; readonly oldest: string }
  | { readonly state: "malformed" };

/** Events, and text in bytes, that are read at once; one event may have more. */
const pageRows = 500;
const pageBytes = 4 << 20;

const id = "e.lsn::text || ':' || e.index";

/**
 * The place after a cursor.
 *
 * @param cursor the id of an event; `oldest` for all that is kept; none for what comes from now on
 */
export async function startAfter(
  pool: Pool,
  channelId: number,
  cursor: string | undefined,
): Promise<Start> {
  if (cursor === "oldest") return { state: "found", after: "0", cursor };
  if (cursor === undefined) {
    const newest = await edge(pool, channelId, "desc");
    return newest === undefined
      ? { state: "found", after: "0", cursor: "oldest" }
      : { state: "found", after: newest.seq, cursor: newest.id };
  }
  const parts = /^([0-9a-fA-F]{1,8}\/[0-9a-fA-F]{1,8}):(\d{1,15})$/.exec(cursor);
  if (parts === null) return { state: "malformed" };
  const position = [channelId, parts[1], parts[2]];
  const { rows: exact } = await pool.query<{ seq: string }>(
    `select e.seq::text from integratedb.socket_event e
     where e.channel_id = $1 and e.lsn = $2 and e.index = $3`,
    position,
  );
  if (exact[0] !== undefined) return { state: "found", after: exact[0].seq, cursor };
  const oldest = await edge(pool, channelId, "asc");
  if (oldest === undefined) return { state: "found", after: "0", cursor };
  const { rows } = await pool.query<{ is_gone: boolean; after: string | null }>(
    `select (o.lsn, o.index) > ($2::pg_lsn, $3::bigint) as is_gone,
       (select (min(e.seq) - 1)::text from integratedb.socket_event e
        where e.channel_id = $1 and (e.lsn, e.index) > ($2::pg_lsn, $3::bigint)) as after
     from integratedb.socket_event o where o.channel_id = $1 and o.seq = $4`,
    [...position, oldest.seq],
  );
  if (rows[0]?.is_gone !== false) return { state: "gone", oldest: oldest.id };
  if (rows[0].after !== null) return { state: "found", after: rows[0].after, cursor };
  const newest = await edge(pool, channelId, "desc");
  return { state: "found", after: newest?.seq ?? "0", cursor };
}

async function edge(
  pool: Pool,
  channelId: number,
  order: "asc" | "desc",
): Promise<{ readonly seq: string; readonly id: string } | undefined> {
  const { rows } = await pool.query<{ seq: string; id: string }>(
    `select e.seq::text, ${id} as id from integratedb.socket_event e
     where e.channel_id = $1 order by e.seq ${order} limit 1`,
    [channelId],
  );
  return rows[0];
}

/**
 * The next events after a place, in order.
 *
 * @returns undefined if some after that place are no longer kept
 */
export async function pageAfter(
  pool: Pool,
  channelId: number,
  after: string,
): Promise<readonly KeptEvent[] | undefined> {
  const { rows } = await pool.query<KeptEvent & { is_gone: boolean }>(
    `select e.seq::text, ${id} as id, e.event,
       $2::bigint > 0 and $2::bigint < (
         select min(o.seq) from integratedb.socket_event o where o.channel_id = $1
       ) as is_gone
     from (
       select p.*, sum(octet_length(p.event)) over (order by p.seq) - octet_length(p.event) as before
       from (
         select * from integratedb.socket_event
         where channel_id = $1 and seq > $2::bigint order by seq limit ${pageRows}
       ) p
     ) e
     where e.before < ${pageBytes}
     order by e.seq`,
    [channelId, after],
  );
  return rows[0]?.is_gone === true ? undefined : rows;
}
