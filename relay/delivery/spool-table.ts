import { finished } from "node:stream/promises";
import type { Pool, PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { type ChangeEvent, type Position, structured } from "../encoding/change-event.ts";
import { formatLsn, parseLsn } from "../stream/lsn.ts";
import { eventOf, type StoredRow, storedKey } from "./stored-event.ts";

/** A row that was read: the event, or only its keys where it is not to be delivered now. */
export interface SpoolRow extends Position {
  readonly key: string;
  readonly event: ChangeEvent | undefined;
}

export interface PageLimits {
  readonly rows: number;
  /** Of text; one row is read whatever its size. */
  readonly bytes: number;
}

/** What one channel has in `integratedb.spool`. Every call takes a connection only while it lasts. */
export class SpoolTable {
  readonly #pool: Pool;
  readonly #channelId: number;

  constructor(pool: Pool, channelId: number) {
    this.#pool = pool;
    this.#channelId = channelId;
  }

  /**
   * Where the channel stood when a relay last said so: everything up to there is in the spool or
   * delivered.
   */
  async accepted(): Promise<{ position: Position | undefined; hasRows: boolean }> {
    const { rows } = await this.#pool.query<{
      lsn: string | null;
      index: string | null;
      has_rows: boolean;
    }>(
      `insert into integratedb.lane (channel_id) values ($1)
       on conflict (channel_id) do update set channel_id = excluded.channel_id
       returning accepted_lsn::text as lsn, accepted_index::text as index,
         exists (select from integratedb.spool where channel_id = $1) as has_rows`,
      [this.#channelId],
    );
    const [row] = rows;
    const position = row?.lsn ? { lsn: parseLsn(row.lsn), index: Number(row.index) } : undefined;
    return { position, hasRows: row?.has_rows ?? false };
  }

  /**
   * Stores events, and in the same transaction that everything up to `accepted` is stored or
   * delivered.
   *
   * @returns bytes of text
   */
  async write(events: readonly ChangeEvent[], accepted: Position | undefined): Promise<number> {
    const lines = events.map((event) => this.#line(event));
    const text = Buffer.from(lines.join(""));
    try {
      await this.#transaction(async (client) => {
        const copy = client.query(
          copyFrom("copy integratedb.spool (channel_id, lsn, index, key, event) from stdin"),
        );
        copy.end(text);
        await finished(copy);
        await this.#accept(client, accepted);
      });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      // Some are there already, as after a crash or when an operator sent them again.
      await this.#transaction(async (client) => {
        await client.query(
          `insert into integratedb.spool (channel_id, lsn, index, key, event)
           select $1, * from unnest($2::pg_lsn[], $3::bigint[], $4::text[], $5::text[])
           on conflict do nothing`,
          [this.#channelId, ...columnsOf(events)],
        );
        await this.#accept(client, accepted);
      });
    }
    return text.length;
  }

  /**
   * The next rows after `after`, in the order of commits.
   *
   * @param without keys whose events are not read
   */
  async read(after: Position, without: readonly string[], limits: PageLimits): Promise<SpoolRow[]> {
    const { rows } = await this.#pool.query<StoredRow & { event: string | null }>(
      `select lsn::text, index::text, key,
         case when split_part(key, ' ', 1) = any ($5) then null else event end as event
       from (select *, sum(octet_length(event)) over (order by lsn, index) - octet_length(event)
               as bytes_before
             from (select lsn, index, key, event from integratedb.spool
                   where channel_id = $1 and (lsn, index) > ($2::pg_lsn, $3::bigint)
                   order by lsn, index limit $4) as page) as sized
       where bytes_before < $6
       order by sized.lsn, sized.index`,
      [this.#channelId, formatLsn(after.lsn), after.index, limits.rows, without, limits.bytes],
    );
    return rows.map(rowOf);
  }

  /** The first events that concern those keys, in the order of commits. */
  async readKeys(keys: readonly string[], limit: number): Promise<ChangeEvent[]> {
    const { rows } = await this.#pool.query<StoredRow>(
      `select s.lsn::text, s.index::text, s.key, s.event from integratedb.spool s
       where s.channel_id = $1 and string_to_array(s.key, ' ') && $2
       order by s.lsn, s.index limit $3`,
      [this.#channelId, keys, limit],
    );
    return rows.map(eventOf);
  }

  async remove(positions: readonly Position[]): Promise<void> {
    await this.#pool.query(
      `delete from integratedb.spool s
       using unnest($2::pg_lsn[], $3::bigint[]) as gone (lsn, index)
       where s.channel_id = $1 and s.lsn = gone.lsn and s.index = gone.index`,
      [
        this.#channelId,
        positions.map(({ lsn }) => formatLsn(lsn)),
        positions.map(({ index }) => index),
      ],
    );
  }

  /** Rows, and bytes of their text. */
  async measure(): Promise<{ rows: number; bytes: number }> {
    const { rows } = await this.#pool.query<{ rows: string; bytes: string }>(
      `select count(*) as rows, coalesce(sum(octet_length(event)), 0) as bytes
       from integratedb.spool where channel_id = $1`,
      [this.#channelId],
    );
    return { rows: Number(rows[0]?.rows ?? 0), bytes: Number(rows[0]?.bytes ?? 0) };
  }

  #line(event: ChangeEvent): string {
    const { lsn, index } = event;
    const key = escaped(storedKey(event));
    return `${this.#channelId}\t${formatLsn(lsn)}\t${index}\t${key}\t${escaped(structured(event))}\n`;
  }

  async #accept(client: PoolClient, accepted: Position | undefined): Promise<void> {
    if (accepted === undefined) return;
    await client.query(
      `update integratedb.lane set accepted_lsn = $2, accepted_index = $3
       where channel_id = $1 and (accepted_lsn is null
         or (accepted_lsn, accepted_index) < ($2::pg_lsn, $3::bigint))`,
      [this.#channelId, formatLsn(accepted.lsn), accepted.index],
    );
  }

  async #transaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    // A connection that is lost between two statements fails the next one.
    const onError = () => undefined;
    client.on("error", onError);
    try {
      await client.query("begin");
      await work(client);
      await client.query("commit");
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw failure;
    } finally {
      if (failure === undefined) client.off("error", onError);
      // A connection that failed in a transaction is not worth keeping.
      client.release(failure);
    }
  }
}

/** As COPY wants it in its text format. */
function escaped(text: string): string {
  return /[\\\t\n\r]/.test(text)
    ? text.replace(/[\\\t\n\r]/g, (found) => escapes[found] ?? found)
    : text;
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};

function columnsOf(events: readonly ChangeEvent[]): readonly (readonly (string | number)[])[] {
  return [
    events.map(({ lsn }) => formatLsn(lsn)),
    events.map(({ index }) => index),
    events.map(storedKey),
    events.map(structured),
  ];
}

function rowOf({ lsn, index, key, event }: StoredRow & { event: string | null }): SpoolRow {
  if (event === null) {
    return { lsn: parseLsn(lsn), index: Number(index), key, event: undefined };
  }
  const parsed = eventOf({ lsn, index, key, event });
  return { lsn: parsed.lsn, index: parsed.index, key, event: parsed };
}

function isDuplicate(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23505";
}
