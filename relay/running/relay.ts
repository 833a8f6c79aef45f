import { tmpdir } from "node:os";
import { SocketServer } from "../channels/socket-server.ts";
import { SocketWakeups } from "../channels/socket-wakeups.ts";
import type { Settings } from "../config.ts";
import { watchSpool } from "../delivery/spool-watch.ts";
import { sourceOf } from "../encoding/subject.ts";
import { checkRelayKey, requireRelayKey } from "../registry/check-relay-key.ts";
import { openConfig } from "../registry/unseal.ts";
import { keepReading } from "../stream/keep-reading.ts";
import type { ReadProgress } from "../stream/reader.ts";
import { prepareSlot } from "../stream/slot.ts";
import { openChannel } from "./channel-opener.ts";
import { openPool } from "./database-pool.ts";
import { deliveryHooks } from "./delivery-hooks.ts";
import { Health, type Progress } from "./health.ts";
import { startHttpServer } from "./http-server.ts";
import { startJanitor } from "./janitor.ts";
import { startLagWatch } from "./lag-watch.ts";
import { LaneSet } from "./lane-set.ts";
import type { Logger } from "./logger.ts";
import { createMetrics, forgetGauges } from "./metrics.ts";
import { runSession } from "./session.ts";
import { socketHooks } from "./socket-hooks.ts";
import type { Tracing } from "./tracing.ts";

/** Those of the engine. */
const publications = ["integratedb", "integratedb_insert"];
const megabyte = 1_048_576;

/**
 * Runs until the signal: waits for the slot, reads and delivers, and connects again when the
 * connection is lost.
 *
 * @throws what time cannot heal: RelayError IDB1111, IDB4001, IDB4002, IDB4010 to IDB4014, IDB4016, IDB4017,
 * IDB4019
 */
export async function runRelay(
  settings: Settings,
  { log, tracing, signal }: { log: Logger; tracing: Tracing; signal: AbortSignal },
): Promise<void> {
  const key = requireRelayKey(settings.KEY);
  const silence = settings.DATABASE_TIMEOUT_SECONDS * 1000;
  const connection = {
    connectionString: settings.DATABASE_URL,
    application_name: "integratedb-relay",
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  };
  const connections = {
    connection,
    silence,
    onLost: (error: Error) => log.warn({ err: error }, "an idle connection was lost"),
  };
  // Of clients that are not of a pool.
  const single = { ...connection, query_timeout: silence };
  const pool = openPool({ ...connections, max: 6 });
  // Of their own: many receivers of socket channels must not keep the lanes from the database.
  const socketPool = openPool({ ...connections, max: 3 });
  const wakeups = new SocketWakeups();
  const metrics = createMetrics();
  const sockets = new SocketServer({
    pool: socketPool,
    databaseUrl: settings.DATABASE_URL,
    wakeups,
    openConfig: (config) => openConfig(config, key),
    hooks: socketHooks(metrics, log),
  });
  const health = new Health(settings.STALL_SECONDS);
  const source = settings.SOURCE ?? sourceOf(databaseOf(settings.DATABASE_URL));
  const server = await startHttpServer(settings.LISTEN, {
    health,
    metrics: metrics.registry,
    events: sockets,
  });
  let phase: Progress["phase"] = "starting";
  let read: ReadProgress | undefined;
  const enter = (next: Progress["phase"]) => {
    if (phase !== next) log.info({ phase: next }, "the relay has another phase");
    phase = next;
    metrics.active.set(phase === "reading" ? 1 : 0);
    health.report({ phase, serverLsn: 0n, confirmedLsn: read?.acknowledgedLsn ?? 0n });
  };

  const stopLagWatch = startLagWatch({
    pool,
    metrics,
    health,
    log,
    progress: () => ({ phase, confirmedLsn: read?.acknowledgedLsn ?? 0n }),
  });

  /** One connection, from waiting for the slot to its end. */
  async function session(): Promise<void> {
    await checkRelayKey(pool, key);
    const start = await prepareSlot({
      connection: single,
      slot: settings.SLOT,
      publications,
      signal,
      onWaiting: () => enter("waiting"),
    });
    if (start === undefined) return;
    const lanes: LaneSet = new LaneSet({
      pool,
      hooks: deliveryHooks({ metrics, log, health, entry: (id) => lanes.entry(id) }),
      memory: settings.MEMORY_MB * megabyte,
      spoolLimit: settings.SPOOL_LIMIT_MB * megabyte,
      dropped: ({ stakeholder, notification, channel }) =>
        forgetGauges(metrics, { stakeholder, notification, channel }),
      open: (entry) =>
        openChannel(entry, {
          key,
          allow: settings.ALLOW_ADDRESSES,
          source,
          tracing,
          pool,
          wakeups,
        }),
    });
    const ends: (() => Promise<void>)[] = [];
    try {
      await runSession({
        connection: single,
        pool,
        slot: settings.SLOT,
        publications,
        source,
        keySecret: key.orderSecret,
        lanes,
        gap: start.gap,
        streaming: settings.STREAMING === "on",
        spillFolder: settings.SPILL_FOLDER ?? tmpdir(),
        drain: settings.DRAIN_SECONDS * 1000,
        signal,
        log,
        metrics,
        onStart: (progress) => {
          read = progress;
          enter("reading");
          ends.push(startJanitor({ pool, lanes, metrics, log }));
          ends.push(
            watchSpool({
              pool,
              connection: single,
              look: (ids) => {
                for (const lane of lanes.lanes) if (ids.includes(lane.channelId)) lane.look();
              },
              onError: (error) => log.warn({ err: error }, "the spool could not be watched"),
            }),
          );
        },
      });
    } finally {
      // First: by now another relay may have the slot.
      await lanes.close();
      await Promise.all(ends.map((end) => end()));
      forgetGauges(metrics);
    }
  }

  try {
    await keepReading(session, signal, (error, wait) => {
      enter("reconnecting");
      metrics.reconnects.inc();
      log.warn({ err: error, seconds: wait / 1000 }, "the database was lost; trying again");
    });
  } finally {
    enter("stopped");
    stopLagWatch();
    sockets.close();
    server.close();
    server.closeAllConnections();
    await pool.end();
    await socketPool.end();
  }
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}
