import type { Pool } from "pg";
import { parseLsn } from "../stream/lsn.ts";
import type { Health, Progress } from "./health.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

interface Parts {
  readonly pool: Pool;
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
 * Every few seconds, with or without a session: asks the server how far it is, and measures how far
 * the relay is behind. Without an answer the server is where it was last, and the seconds go on.
 *
 * @returns ends it
 */
export function startLagWatch({ pool, metrics, health, log, progress }: Parts): () => void {
  let known = 0n;
  let toldAt = Number.NEGATIVE_INFINITY;
  let isAsking = false;

  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      const { rows } = await pool.query<{ lsn: string }>(
        "select pg_current_wal_lsn()::text as lsn",
      );
      if (rows[0] !== undefined) known = parseLsn(rows[0].lsn);
    } finally {
      isAsking = false;
    }
  };
  const measure = () => {
    const { phase, confirmedLsn } = progress();
    const serverLsn = known > confirmedLsn ? known : confirmedLsn;
    health.report({ phase, serverLsn, confirmedLsn });
    metrics.lagSeconds.set(health.stalledSeconds);
    // Who waits for another relay does not know how far that is.
    const isKnown = confirmedLsn > 0n && phase !== "waiting";
    metrics.confirmedLsn.set(Number(confirmedLsn));
    const lagBytes = isKnown ? Number(serverLsn - confirmedLsn) : 0;
    metrics.lagBytes.set(lagBytes);
    if (phase !== "reading" || performance.now() - toldAt < telling) return;
    log.info({ lagBytes }, "what the slot holds");
    toldAt = performance.now();
  };
  const round = () => {
    metrics.lagSeconds.set(health.stalledSeconds);
    ask().then(measure, measure);
  };
  const timer = setInterval(round, interval);
  return () => clearInterval(timer);
}
