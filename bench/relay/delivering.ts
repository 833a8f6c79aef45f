import { type Figure, figure } from "../figure.ts";
import { note } from "../progress.ts";
import { median } from "../timing.ts";
import type { DeliverySink } from "./delivery-sink.ts";
import type { MqBridge } from "./mq-bridge.ts";
import { processMemory } from "./process-memory.ts";
import { startRelay } from "./relay-under-test.ts";
import { rowCount, type StreamStage } from "./stream-stage.ts";

const rounds = 3;

export interface DeliveryParts {
  readonly stream: StreamStage;
  readonly peer: MqBridge | undefined;
  /** The relay's program, as it is shipped. */
  readonly program: string;
}

/** How long the relay takes to deliver all rows to a sink, beside its peer and the same sink. */
export async function deliveryFigures(
  sink: DeliverySink,
  { stream, peer, program }: DeliveryParts,
): Promise<Figure[]> {
  await stream.deliverTo(sink.channel);
  const times: number[] = [];
  const peers: number[] = [];
  const peaks: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const beside = peer && (await byPeer(sink, stream, peer));
    if (beside !== undefined) peers.push(beside);
    const { milliseconds, peak } = await byRelay(sink, stream, program);
    times.push(milliseconds);
    const said = beside === undefined ? "" : `, mq-bridge ${Math.round(beside)} ms`;
    note(`to ${sink.name}: ${Math.round(milliseconds)} ms${said}`);
    if (peak !== undefined) peaks.push(peak);
  }
  const name = `${rowCount / 1000},000 rows to ${sink.name}`;
  const value = median(times) / 1000;
  const floor = peers.length === 0 ? {} : { floor: median(peers) / 1000 };
  const figures = [
    figure(
      { name: `${name}, beside mq-bridge`, value, unit: "s", ...floor },
      { of: "ratio", atMost: 1 },
    ),
  ];
  if (peaks.length === 0) return figures;
  const memory = { name: `${name}, peak memory`, value: median(peaks), unit: "MB" };
  return [...figures, figure(memory, { of: "value", atMost: 150 })];
}

async function byPeer(sink: DeliverySink, stream: StreamStage, peer: MqBridge): Promise<number> {
  const arrived = sink.arrival(rowCount);
  const slot = await stream.slots.copy();
  const process = peer.start(stream.relayUrl, slot, sink.peer);
  const milliseconds = await Promise.race([arrived, process.failed()]);
  await process.end();
  await stream.slots.drop(slot);
  return milliseconds;
}

async function byRelay(sink: DeliverySink, stream: StreamStage, program: string) {
  const arrived = sink.arrival(rowCount);
  const slot = await stream.slots.copy();
  const relay = await startRelay(stream, slot, program);
  const milliseconds = await arrived;
  const peak = (await processMemory(relay.pid))?.peak;
  await relay.end("SIGKILL");
  await stream.slots.drop(slot);
  return { milliseconds, peak };
}
