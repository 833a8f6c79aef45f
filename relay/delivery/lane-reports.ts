import type { Pool } from "pg";
import { formatLsn } from "../stream/lsn.ts";
import type { LaneReport } from "./lane-options.ts";

/**
 * Writes how the lanes fare to `integratedb.lane`, in one statement, and only what has changed.
 * What is delivered from memory is noted there too, so that after a crash it is not sent again.
 */
export class LaneReports {
  readonly #pool: Pool;
  readonly #reports: () => readonly LaneReport[];
  readonly #written = new Map<number, LaneReport>();

  constructor(pool: Pool, reports: () => readonly LaneReport[]) {
    this.#pool = pool;
    this.#reports = reports;
  }

  /** To be called every few seconds, and at the end. */
  async write(): Promise<void> {
    const reports = this.#reports();
    const changed = reports.filter((report) => isNews(report, this.#written.get(report.channelId)));
    if (changed.length === 0) return;
    await this.#pool.query(
      `update integratedb.lane l set
         state = r.state,
         last_error = r.last_error,
         last_error_at = r.last_error_at,
         delivered = l.delivered + r.delivered,
         accepted_lsn = case when r.is_ahead then r.lsn else l.accepted_lsn end,
         accepted_index = case when r.is_ahead then r.index else l.accepted_index end,
         updated_at = now()
       from (select *, coalesce((lsn, index) > (accepted_lsn, accepted_index), lsn is not null)
               as is_ahead
             from unnest($1::integer[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[],
                         $6::pg_lsn[], $7::bigint[])
               as given (channel_id, state, last_error, last_error_at, delivered, lsn, index)
             join (select channel_id, accepted_lsn, accepted_index from integratedb.lane) as known
               using (channel_id)) as r
       where l.channel_id = r.channel_id`,
      [
        changed.map(({ channelId }) => channelId),
        changed.map(({ state }) => state),
        changed.map(({ lastError }) => lastError?.reason ?? null),
        changed.map(({ lastError }) => lastError?.at ?? null),
        changed.map((report) => report.delivered - this.#deliveredBefore(report)),
        changed.map(({ durable }) => (durable === undefined ? null : formatLsn(durable.lsn))),
        changed.map(({ durable }) => durable?.index ?? null),
      ],
    );
    this.#written.clear();
    for (const report of reports) this.#written.set(report.channelId, report);
  }

  #deliveredBefore({ channelId }: LaneReport): number {
    return this.#written.get(channelId)?.delivered ?? 0;
  }
}

function isNews(report: LaneReport, written: LaneReport | undefined): boolean {
  return (
    written === undefined ||
    report.state !== written.state ||
    report.lastError !== written.lastError ||
    report.delivered !== written.delivered
  );
}
