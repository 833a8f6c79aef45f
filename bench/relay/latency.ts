import { once } from "node:events";
import pg from "pg";
import { type Figure, figure } from "../figure.ts";
import { note } from "../progress.ts";
import type { DeliveryParts } from "./delivering.ts";
import { startRelay } from "./relay-under-test.ts";
import { type Delays, WebhookSink } from "./webhook-sink.ts";

const rowsASecond = 500;
const seconds = 60;
const rows = rowsASecond * seconds;

/** How long a change takes from just before its commit until a webhook on this machine has it. */
export async function latencyFigures({ stream, peer, program }: DeliveryParts): Promise<Figure[]> {
  const sink = await WebhookSink.start();
  try {
    await stream.deliverTo(sink.channel);
    note(`latency at ${rowsASecond} rows a second, ${seconds} s`);
    const slot = await stream.slots.copyHere();
    const relay = await startRelay(stream, slot, program);
    await relay.ready();
    const ours = await delaysOf(sink, stream.stage.database.url);
    await relay.end("SIGKILL");
    await stream.slots.drop(slot);
    const peers = peer && (await peerDelays(sink, { stream, peer, program }));
    return figuresOf(ours, peers);
  } finally {
    await sink.stop();
  }
}

async function peerDelays(sink: WebhookSink, parts: DeliveryParts): Promise<Delays | undefined> {
  const { stream, peer } = parts;
  note("the same of mq-bridge");
  const slot = await stream.slots.copyHere();
  const running = peer?.start(stream.relayUrl, slot, sink.peer);
  await stream.slots.whenRead(slot);
  const delays = await delaysOf(sink, stream.stage.database.url);
  await running?.end();
  await stream.slots.drop(slot);
  return delays;
}

function figuresOf(ours: Delays, peers: Delays | undefined): Figure[] {
  const beside = (part: keyof Delays) => (peers === undefined ? {} : { floor: peers[part] });
  const name = (part: string) =>
    `change to webhook at ${rowsASecond} rows/s for ${seconds} s, ${part}, beside mq-bridge`;
  return [
    figure(
      { name: name("p50"), value: ours.p50, unit: "ms", ...beside("p50") },
      { of: "value", atMost: 3 },
    ),
    figure(
      { name: name("p99"), value: ours.p99, unit: "ms", ...beside("p99") },
      { of: "value", atMost: 8 },
    ),
  ];
}

/** Writes rows at an even pace, each in a transaction of its own and with the time that it was made at. */
async function delaysOf(sink: WebhookSink, url: string): Promise<Delays> {
  const delays = sink.delays(rows);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const started = performance.now();
  for (let row = 0; row < rows; row++) {
    const wait = started + (row * 1000) / rowsASecond - performance.now();
    // A timer is late by a millisecond, which makes two rows come together, as many do.
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    await client.query({
      name: "row",
      text: `INSERT INTO reading VALUES ($1,
        'sensor-' || extract(epoch from clock_timestamp()) * 1000, repeat('x', 150))`,
      values: [firstId++],
    });
  }
  const result = await delays;
  client.end();
  await once(client, "end");
  return result;
}

/** Beyond those of the rows that are there. */
let firstId = 1_000_000_000;
