import type { ClientConfig, Pool } from "pg";
import { Acknowledgement } from "../delivery/acknowledgement.ts";
import type { ChangeEvent } from "../encoding/change-event.ts";
import { Envelope } from "../encoding/envelope.ts";
import { problemOf } from "../encoding/unencodable.ts";
import { Catalog } from "../registry/catalog.ts";
import { loadRetiredChannels } from "../registry/load-retired-channels.ts";
import { loadRoutes } from "../registry/load-routes.ts";
import { loadPosition, PositionKeeper } from "../registry/position.ts";
import { Router } from "../routing/router.ts";
import { formatLsn } from "../stream/lsn.ts";
import { type ReadProgress, readChanges } from "../stream/reader.ts";
import type { Gap } from "../stream/slot.ts";
import { encodersOf } from "./encoders.ts";
import type { LaneSet } from "./lane-set.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

export interface SessionOptions {
  readonly connection: ClientConfig;
  readonly pool: Pool;
  readonly slot: string;
  readonly publications: readonly string[];
  /** CloudEvents' `source`. */
  readonly source: string;
  /** Makes the keys of rows opaque. */
  readonly keySecret: Uint8Array;
  readonly lanes: LaneSet;
  /** What was missed before the start, of which not every channel knows. */
  readonly gap: Gap | undefined;
  readonly streaming: boolean;
  readonly spillFolder: string;
  /** Milliseconds that the end waits for what is under way. */
  readonly drain: number;
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** The slot is this relay's, and changes come from now on. */
  onStart(progress: ReadProgress): void;
}

/**
 * Reads from one start of the slot until the connection ends, or the signal, and delivers. Nothing
 * of it is used again: the next one begins with what is durable.
 */
export async function runSession(options: SessionOptions): Promise<void> {
  const { pool, slot, lanes, log, metrics } = options;
  const catalog = new Catalog(pool);
  const envelope = new Envelope({ source: options.source, keySecret: options.keySecret });
  const acknowledgement = new Acknowledgement(() => lanes.lanes);
  const keeper = new PositionKeeper(
    pool,
    slot,
    () => acknowledgement.durable(),
    (error) => log.warn({ err: error }, "the position could not be written"),
  );
  const onProblem = (standIn: ChangeEvent) => {
    metrics.unencodable.inc();
    log.error({ code: "IDB4106", event: standIn.id }, problemOf(standIn));
  };
  let revised: bigint | undefined;
  const router = new Router({
    sinkOf: ({ channelId }) => lanes.sink(channelId),
    encodersOf: (relation) => encodersOf(relation, { envelope, catalog, onProblem }),
    load: (revision) => loadRoutes(pool, revision),
    onRevision: async (revision, routes) => {
      await lanes.apply(routes, await loadRetiredChannels(pool, revision));
      revised = revision;
      metrics.registryRevision.set(Number(revision));
      log.info({ revision: Number(revision), routes: routes.length }, "the registry has changed");
    },
    largest: lanes.largest,
    pressure: () => lanes.pressure(),
    onCommit: (endLsn, { commitLsn }, changes) => {
      acknowledgement.committed(commitLsn, endLsn);
      if (revised !== undefined) keeper.revised(revised, endLsn);
      revised = undefined;
      metrics.transactions.inc();
      metrics.changes.inc(changes);
    },
  });

  /** Only now: until the slot is this relay's, another one may be delivering. */
  async function begin(progress: ReadProgress): Promise<void> {
    const position = await loadPosition(pool, slot);
    const routes = await loadRoutes(pool, position.revision);
    await lanes.apply(routes, await loadRetiredChannels(pool, position.revision));
    keeper.start(position, options.gap !== undefined);
    router.start(routes, position.lsn);
    metrics.registryRevision.set(Number(position.revision));
    if (options.gap !== undefined) tellOf(options.gap, position.lsn);
    options.onStart(progress);
  }

  /** Every channel is told, durably, since nothing else tells of changes that are missed. */
  function tellOf({ from, to, reason }: Gap, lsn: bigint): void {
    log.error({ code: "IDB4010", from: formatLsn(from), to: formatLsn(to) }, "changes were missed");
    const event = envelope.gap({ after: from, until: to, reason, noticedAt: Date.now() });
    for (const lane of lanes.lanes) lane.accept(event);
    acknowledgement.committed(lsn, lsn);
  }

  await readChanges({
    connection: options.connection,
    slot,
    publications: options.publications,
    handler: router,
    streaming: options.streaming,
    spillFolder: options.spillFolder,
    confirmed: () => keeper.confirmed(),
    signal: options.signal,
    drain: () => lanes.settled(options.drain),
    onStart: begin,
    onLost: () => lanes.close(),
  });
}
