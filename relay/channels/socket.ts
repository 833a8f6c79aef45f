import type { Pool } from "pg";
import type { Channel } from "../delivery/channel.ts";
import { type ChangeEvent, structured } from "../encoding/change-event.ts";
import { RelayError } from "../running/relay-error.ts";
import { formatLsn } from "../stream/lsn.ts";
import type { SocketOptions } from "./socket-options.ts";
import type { SocketWakeups } from "./socket-wakeups.ts";

export interface SocketSurroundings {
  readonly channelId: number;
  readonly pool: Pool;
  readonly wakeups: SocketWakeups;
  /** Milliseconds between two looks for what is past its time. Default: a minute. */
  readonly pruneEvery?: number;
}

/** Text of events in one statement, in characters; one event may have more. */
const statementLimit = 8 << 20;
/** Events that are removed by one statement. */
const pruneRows = 10_000;

/**
 * Keeps events in a table of the database, from which any relay's server hands them to receivers
 * that are connected, or connect again. What is there already is not stored twice.
 */
export function openSocket(
  options: SocketOptions,
  { channelId, pool, wakeups, pruneEvery = 60_000 }: SocketSurroundings,
): Channel {
  const prune = () => pruneSocket(pool, channelId, options.retention_hours * 3600).catch(() => 0);
  const timer = setInterval(prune, pruneEvery).unref();
  return {
    partitions: 1,
    batchSize: 500,
    async deliver(batch, signal) {
      for (const part of partsOf(batch)) {
        await unless(signal, append(pool, channelId, part));
        wakeups.announce(channelId);
      }
      return [];
    },
    async close() {
      clearInterval(timer);
    },
  };
}

function partsOf(batch: readonly ChangeEvent[]): ChangeEvent[][] {
  const parts: ChangeEvent[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const event of batch) {
    const { length } = event.json;
    if (size + length > statementLimit) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(event);
    size += length;
  }
  return parts;
}

/** Waits for the work, or no longer; storing may then happen all the same, which does no harm. */
async function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([work, promise]);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new RelayError("IDB4168", `the events could not be kept: ${problem}`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function append(pool: Pool, channelId: number, events: readonly ChangeEvent[]) {
  await pool.query(
    `insert into integratedb.socket_event (channel_id, lsn, index, event)
     select $1, e.lsn, e.index, e.event
     from unnest($2::pg_lsn[], $3::bigint[], $4::text[]) with ordinality as e (lsn, index, event, place)
     order by e.place
     on conflict do nothing`,
    [
      channelId,
      events.map(({ lsn }) => formatLsn(lsn)),
      events.map(({ index }) => index),
      events.map(structured),
    ],
  );
}

/**
 * Removes events that are older than so many seconds, but for the youngest of them: a reader that
 * has this one has missed nothing, and one that is not even there yet has.
 *
 * @returns how many
 */
export async function pruneSocket(pool: Pool, channelId: number, seconds: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const { rowCount } = await pool.query(
      `delete from integratedb.socket_event
       where channel_id = $1 and seq < (
         select max(o.seq)
         from (
           select e.seq, e.stored_at from integratedb.socket_event e
           where e.channel_id = $1 order by e.seq limit $3
         ) o
         where o.stored_at < now() - make_interval(secs => $2)
       )`,
      [channelId, seconds, pruneRows],
    );
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < pruneRows - 1) return removed;
  }
}
