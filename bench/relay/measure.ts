import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildRelay } from "../../scripts/build-relay.ts";
import type { Figure } from "../figure.ts";
import { note } from "../progress.ts";
import { type DeliveryParts, deliveryFigures } from "./delivering.ts";
import type { DeliverySink } from "./delivery-sink.ts";
import { latencyFigures } from "./latency.ts";
import { MqBridge } from "./mq-bridge.ts";
import { startNatsSink } from "./nats-sink.ts";
import { startRedisSink } from "./redis-sink.ts";
import { serialisingFigures } from "./serialising.ts";
import { steadinessFigures } from "./steadiness.ts";
import { rowCount, StreamStage } from "./stream-stage.ts";
import { subscriberFigures } from "./subscribers.ts";
import { WebhookSink } from "./webhook-sink.ts";

export const relayParts = ["relay", "latency", "subscribers"] as const;

export interface RelayChoice {
  /** Of `relayParts`. */
  readonly parts: readonly string[];
  /** How long the relay's memory is watched at full speed; 0: not at all. */
  readonly minutes: number;
}

/** The relay beside other readers of the same stream, in one run. */
export async function relayFigures(
  version: number,
  { parts, minutes }: RelayChoice,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  if (parts.includes("relay") || parts.includes("latency") || minutes > 0) {
    figures.push(...(await streamFigures(version, { parts, minutes })));
  }
  if (parts.includes("subscribers")) figures.push(...(await subscriberFigures(version)));
  return figures;
}

async function streamFigures(version: number, choice: RelayChoice): Promise<Figure[]> {
  const peer = await MqBridge.find();
  const folder = await mkdtemp(join(tmpdir(), "integratedb-bench-"));
  const program = await buildRelay(folder);
  const stream = await StreamStage.start(version);
  try {
    note(`writing ${rowCount} rows`);
    await stream.insertRows();
    const figures: Figure[] = [];
    const subject = { stream, peer, program };
    if (choice.parts.includes("relay")) figures.push(...(await throughputFigures(subject)));
    if (choice.parts.includes("latency")) figures.push(...(await latencyFigures(subject)));
    if (choice.minutes > 0) figures.push(...(await steadinessFigures(choice.minutes, subject)));
    return figures;
  } finally {
    await stream.stage.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function throughputFigures(parts: DeliveryParts): Promise<Figure[]> {
  const figures = await serialisingFigures(parts.stream);
  for (const start of await sinksOf(parts.stream)) {
    const sink = await start();
    try {
      figures.push(...(await deliveryFigures(sink, parts)));
    } finally {
      await sink.stop();
    }
  }
  return figures;
}

async function sinksOf({ stage }: StreamStage): Promise<(() => Promise<DeliverySink>)[]> {
  const { rows } = await stage.database.owner.query<{ key: string }>(
    "SELECT integratedb.relay_key() AS key",
  );
  return [WebhookSink.start, startRedisSink, () => startNatsSink(rows[0]?.key ?? "")];
}
