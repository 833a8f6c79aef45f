import type { ClientConfig, Pool } from "pg";
import { Acknowledgement } from "../delivery/acknowledgement.ts";
import { Envelope } from "../encoding/envelope.ts";
import { Catalog } from "../registry/catalog.ts";
import { loadRetiredChannels } from "../registry/load-retired-channels.ts";
import { loadRoutes } from "../registry/load-routes.ts";
import { PositionKeeper, type StartPosition } from "../registry/position.ts";
import { Router } from "../routing/router.ts";
import { type ReadProgress, readChanges } from "../stream/reader.ts";
import { encodersOf } from "./encoders.ts";
import type { LaneSet } from "./lane-set.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

export interface SessionOptions {
  readonly connection: ClientConfig;
  readonly pool: Pool;
  readonly slot: string;
  readonly publications: readonly string[];
  readonly source: string;
  /** Makes the keys of rows opaque. */
  readonly keySecret: Uint8Array;
  readonly start: StartPosition;
  readonly lanes: LaneSet;
  readonly streaming: boolean;
  readonly spillFolder: string;
  /** Milliseconds that the end waits for what is under way. */
  readonly drain: number;
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Changes come from now on. */
  onStart(progress: ReadProgress): void;
}

/**
 * Reads from one start of the slot until the connection ends, or the signal, and delivers. Nothing
 * of it is used again: the next one begins with what is durable.
 */
export async function runSession(options: SessionOptions): Promise<void> {
  const { pool, slot, start, lanes, log, metrics } = options;
  const catalog = new Catalog(pool);
  const envelope = new Envelope({ source: options.source, keySecret: options.keySecret });
  const acknowledgement = new Acknowledgement(() => lanes.lanes);
  const keeper = new PositionKeeper(
    pool,
    slot,
    start,
    () => acknowledgement.durable(),
    (error) => log.warn({ err: error }, "the position could not be written"),
  );
  const routes = await loadRoutes(pool, start.revision);
  await lanes.apply(routes, await loadRetiredChannels(pool));
  metrics.registryRevision.set(Number(start.revision));
  let revised: bigint | undefined;
  const router = new Router(
    {
      from: start.lsn,
      sinkOf: ({ channelId }) => lanes.lane(channelId),
      encodersOf: (relation) => encodersOf(relation, envelope, catalog),
      load: (revision) => loadRoutes(pool, revision),
      onRevision: async (revision, wanted) => {
        await lanes.apply(wanted, await loadRetiredChannels(pool));
        revised = revision;
        metrics.registryRevision.set(Number(revision));
        log.info({ revision: Number(revision), routes: wanted.length }, "the registry has changed");
      },
      pressure: () => lanes.pressure(),
      onCommit: (endLsn, { commitLsn }, changes) => {
        acknowledgement.committed(commitLsn, endLsn);
        if (revised !== undefined) keeper.revised(revised, endLsn);
        revised = undefined;
        metrics.transactions.inc();
        metrics.changes.inc(changes);
      },
    },
    routes,
  );
  await readChanges({
    connection: options.connection,
    slot,
    publications: options.publications,
    handler: router,
    confirmed: () => keeper.confirmed(),
    signal: options.signal,
    drain: () => lanes.settled(options.drain),
    onStart: options.onStart,
  });
}
