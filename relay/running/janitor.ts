import type { Pool } from "pg";
import { LaneReports } from "../delivery/lane-reports.ts";
import type { LaneSet } from "./lane-set.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

interface Parts {
  readonly pool: Pool;
  readonly lanes: LaneSet;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Milliseconds. */
const interval = 2_000;

/**
 * Every few seconds: tells the registry and the metrics how the channels fare, and takes away retired
 * channels that have nothing left, and those that are gone.
 *
 * @returns ends it, after one last round
 */
export function startJanitor(parts: Parts): () => Promise<void> {
  const { pool, lanes, log } = parts;
  const reports = new LaneReports(pool, () => lanes.reports());
  const round = async () => {
    measureLanes(parts);
    await removeDeleted(parts);
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

/** A channel whose row somebody deleted can deliver nothing, and must not hold the slot. */
async function removeDeleted({ pool, lanes, log }: Parts): Promise<void> {
  const { rows } = await pool.query<{ id: number }>(
    `select given.id from unnest($1::integer[]) as given (id)
     where not exists (select from integratedb.channel c where c.id = given.id)`,
    [lanes.lanes.map(({ channelId }) => channelId)],
  );
  for (const { id } of rows) {
    const { stakeholder, notification, channel } = lanes.entry(id) ?? {};
    log.error({ code: "IDB4108", stakeholder, notification, channel }, "a channel's row is gone");
  }
  await lanes.drop(rows.map(({ id }) => id));
}

function measureLanes({ lanes, metrics }: Parts): void {
  for (const { channelId, queuedBytes, spoolRows } of lanes.reports()) {
    const { stakeholder = "", notification = "", channel = "" } = lanes.entry(channelId) ?? {};
    const labels = { stakeholder, notification, channel };
    metrics.queuedBytes.set(labels, queuedBytes);
    metrics.spoolRows.set(labels, spoolRows);
  }
}
