import type { Pool } from "pg";
import { LaneReports } from "../delivery/lane-reports.ts";
import { parseLsn } from "../stream/lsn.ts";
import type { Health, Progress } from "./health.ts";
import type { LaneSet } from "./lane-set.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

interface Parts {
  readonly pool: Pool;
  readonly lanes: LaneSet;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly log: Logger;
  /** How far the reading is. */
  progress(): Pick<Progress, "phase" | "confirmedLsn">;
}

/** Milliseconds. */
const interval = 2_000;
/** Milliseconds between two lines of the log that tell the lag, of which alarms can be made. */
const telling = 60_000;

/**
 * Every few seconds: tells the registry and the metrics how the channels fare, asks the server how
 * far it is, and takes away retired channels that have nothing left.
 *
 * @returns ends it, after one last round
 */
export function startJanitor(parts: Parts): () => Promise<void> {
  const { pool, lanes, log } = parts;
  const reports = new LaneReports(pool, () => lanes.reports());
  let toldAt = Number.NEGATIVE_INFINITY;
  const round = async () => {
    const lagBytes = await measureLag(parts);
    if (lagBytes !== undefined && performance.now() - toldAt >= telling) {
      log.info({ lagBytes }, "what the slot holds");
      toldAt = performance.now();
    }
    measureLanes(parts);
    await reports.write();
    await removeRetired(parts);
  };
  let running = Promise.resolve();
  const next = () => {
    running = running.then(round).catch((error) => {
      log.warn({ err: error }, "the state of the channels could not be written");
    });
    return running;
  };
  const timer = setInterval(next, interval);
  return () => {
    clearInterval(timer);
    return next();
  };
}

/** One that has dead letters stays, until somebody has seen to them. */
async function removeRetired({ pool, lanes }: Parts): Promise<void> {
  const drained = lanes.drained();
  if (drained.length === 0) return;
  const { rows } = await pool.query<{ id: number }>(
    `delete from integratedb.channel c
     where c.id = any ($1) and c.retired and not exists (
       select from integratedb.dead_letter d where d.channel_id = c.id and not d.redriven)
     returning c.id`,
    [drained],
  );
  await lanes.drop(rows.map(({ id }) => id));
}

/** Bytes of WAL that the slot holds; undefined without an answer of the server. */
async function measureLag(parts: Parts): Promise<number | undefined> {
  const { pool, metrics, health, progress } = parts;
  const { phase, confirmedLsn } = progress();
  const { rows } = await pool
    .query<{ lsn: string }>("select pg_current_wal_lsn()::text as lsn")
    .catch(
      // Without an answer the position is the last one that is known, and the phase tells the rest.
      () => ({ rows: [] }),
    );
  const serverLsn = rows[0] === undefined ? confirmedLsn : parseLsn(rows[0].lsn);
  health.report({ phase, serverLsn, confirmedLsn });
  metrics.confirmedLsn.set(Number(confirmedLsn));
  const lagBytes = Number(serverLsn > confirmedLsn ? serverLsn - confirmedLsn : 0n);
  metrics.lagBytes.set(lagBytes);
  metrics.lagSeconds.set(health.stalledSeconds);
  return rows[0] === undefined ? undefined : lagBytes;
}

function measureLanes({ lanes, metrics }: Parts): void {
  for (const { channelId, queuedBytes, spoolRows } of lanes.reports()) {
    const { stakeholder = "", notification = "", channel = "" } = lanes.entry(channelId) ?? {};
    const labels = { stakeholder, notification, channel };
    metrics.queuedBytes.set(labels, queuedBytes);
    metrics.spoolRows.set(labels, spoolRows);
  }
}
