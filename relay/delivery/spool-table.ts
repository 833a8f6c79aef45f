import { once } from "node:events";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Pool, PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { type ChangeEvent, type Position, structured } from "../encoding/change-event.ts";
import { formatLsn, parseLsn } from "../stream/lsn.ts";
import { DeferredEvent } from "./deferred-event.ts";
import { eventOf, eventOfBinary, partsOf, type StoredRow, storedKey } from "./stored-event.ts";

/** A row that was read: the event, or only its keys where it is not to be delivered now. */
export interface SpoolRow extends Position {
  readonly key: string;
  /** Of its text. */
  readonly bytes: number;
  readonly event: ChangeEvent | undefined;
}

export interface PageLimits {
  readonly rows: number;
  /** Of text; one row is read whatever its size. */
  readonly bytes: number;
}

/** A row as it is read; of a large event the beginning alone. */
interface SizedRow extends Omit<StoredRow, "event"> {
  readonly event: string | null;
  readonly bytes: number;
}

/** Characters of a large event that are read to know what it is: its attributes begin there. */
const headLength = 65_536;
/** Bytes of events of some keys that are read at once; one event is read whatever its size. */
const keysBytes = 4 << 20;
const pieceBytes = 1 << 20;

/** What one channel has in `integratedb.spool`. Every call takes a connection only while it lasts. */
export class SpoolTable {
  readonly #pool: Pool;
  readonly #channelId: number;
  readonly #largest: number;

  /** @param largest bytes beyond which an event is left in the spool until it is sent */
  constructor(pool: Pool, channelId: number, largest: number) {
    this.#pool = pool;
    this.#channelId = channelId;
    this.#largest = largest;
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
    try {
      await this.#transaction(async (client) => {
        const copy = client.query(
          copyFrom("copy integratedb.spool (channel_id, lsn, index, key, event) from stdin"),
        );
        await Promise.all([finished(copy), this.#copy(events, copy)]);
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
    return events.reduce((sum, { json }) => sum + json.length, 0);
  }

  /** The text of a large event is written piece by piece, and is never there as a whole. */
  async #copy(events: readonly ChangeEvent[], copy: Writable): Promise<void> {
    const lines: string[] = [];
    for (const event of events) {
      lines.push(this.#lineStart(event));
      const pieces = event.json.length > pieceBytes ? piecesOf(event.json) : [escaped(event.json)];
      for (const piece of pieces) {
        lines.push(piece);
        if (event.json.length <= pieceBytes) continue;
        const hasRoom = copy.write(Buffer.from(lines.splice(0).join(""), "latin1"));
        if (!hasRoom) await once(copy, "drain");
      }
      lines.push("\n");
    }
    copy.end(Buffer.from(lines.join(""), "latin1"));
  }

  /**
   * The next rows after `after`, in the order of commits.
   *
   * @param without keys whose events are not read
   */
  async read(after: Position, without: readonly string[], limits: PageLimits): Promise<SpoolRow[]> {
    const { rows } = await this.#pool.query<SizedRow>(
      `select lsn::text, index::text, key, octet_length(event)::float8 as bytes,
         case when split_part(key, ' ', 1) = any ($5) then null
           when octet_length(event) > $7 then left(event, ${headLength}) else event end as event
       from (select *, sum(octet_length(event)) over (order by lsn, index) - octet_length(event)
               as bytes_before
             from (select lsn, index, key, event from integratedb.spool
                   where channel_id = $1 and (lsn, index) > ($2::pg_lsn, $3::bigint)
                   order by lsn, index limit $4) as page) as sized
       where bytes_before < $6
       order by sized.lsn, sized.index`,
      [
        this.#channelId,
        formatLsn(after.lsn),
        after.index,
        limits.rows,
        without,
        limits.bytes,
        this.#largest,
      ],
    );
    return rows.map((row) => this.#rowOf(row));
  }

  /** The first events that concern those keys, in the order of commits. */
  async readKeys(keys: readonly string[], limit: number): Promise<ChangeEvent[]> {
    const { rows } = await this.#pool.query<SizedRow>(
      `select lsn::text, index::text, key, bytes,
         case when bytes > $4 then left(event, ${headLength}) else event end as event
       from (
         select *, sum(bytes) over (order by lsn, index) - bytes as bytes_before
         from (
           select s.*, octet_length(s.event)::float8 as bytes from integratedb.spool s
           where s.channel_id = $1 and string_to_array(s.key, ' ') && $2
           order by s.lsn, s.index limit $3
         ) as found
       ) as sized
       where bytes_before < ${keysBytes}
       order by sized.lsn, sized.index`,
      [this.#channelId, keys, limit, this.#largest],
    );
    return rows.flatMap((row) => this.#rowOf(row).event ?? []);
  }

  /** Piece by piece: the client would hold the row several times, as bytes and as text. */
  async #load(row: SizedRow): Promise<ChangeEvent | undefined> {
    const whole = Buffer.allocUnsafe(row.bytes);
    let length = 0;
    await this.#transaction(async (client) => {
      await client.query(
        `declare pieces no scroll cursor for
         with stored as materialized (
           select convert_to(s.event, 'UTF8') as event from integratedb.spool s
           where s.channel_id = $1 and s.lsn = $2 and s.index = $3
         )
         select substr(event, start, ${pieceBytes}) as piece
         from stored, generate_series(1, octet_length(event), ${pieceBytes}) as start`,
        [this.#channelId, row.lsn, row.index],
      );
      for (;;) {
        const { rows } = await client.query<{ piece: Buffer }>("fetch 4 from pieces");
        for (const { piece } of rows) length += piece.copy(whole, length);
        if (rows.length < 4) return;
      }
    });
    if (length === 0) return undefined;
    return eventOfBinary(row, whole.toString("latin1", 0, length));
  }

  #rowOf(row: SizedRow): SpoolRow {
    const { key, bytes } = row;
    const place = { lsn: parseLsn(row.lsn), index: Number(row.index), key, bytes };
    if (row.event === null) return { ...place, event: undefined };
    const stored = { ...row, event: row.event };
    if (bytes <= this.#largest) return { ...place, event: eventOf(stored) };
    const event = new DeferredEvent({ ...partsOf(stored), bytes, load: () => this.#load(row) });
    return { ...place, event };
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

  #lineStart(event: ChangeEvent): string {
    const { lsn, index } = event;
    return `${this.#channelId}\t${formatLsn(lsn)}\t${index}\t${escaped(storedKey(event))}\t`;
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

/** The event in pieces, as COPY wants it: what it escapes is one byte, and pieces are of whole bytes. */
function* piecesOf(json: string): Generator<string> {
  for (let start = 0; start < json.length; start += pieceBytes) {
    yield escaped(json.slice(start, start + pieceBytes));
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

function isDuplicate(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "23505";
}
