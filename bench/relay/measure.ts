import { type Figure, figure } from "../figure.ts";
import { note } from "../progress.ts";
import { elapsed, median } from "../timing.ts";
import { decodedInServer, received } from "./decoders.ts";
import { Script } from "./processes.ts";
import { rowCount, StreamStage } from "./stream-stage.ts";

const rounds = 3;
const thousandRows = rowCount / 1000;

/** The relay's speed beside that of other readers of the same stream, in one run. */
export async function relayFigures(version: number): Promise<Figure[]> {
  const sink = new Script("http-sink.ts");
  const { port } = await sink.answer();
  const channels = {
    hook: { type: "webhook", url: `http://127.0.0.1:${port}/`, mode: "batch", batch_size: 200 },
  };
  const stream = await StreamStage.start(version, channels);
  try {
    note(`writing ${rowCount} rows`);
    await stream.insertRows();
    return [...(await serialising(stream)), ...(await toWebhook(stream, sink))];
  } finally {
    await sink.end();
    await stream.stage.stop();
  }
}

async function serialising(stream: StreamStage): Promise<Figure[]> {
  const relay: number[] = [];
  const memory: number[] = [];
  const peers: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < rounds; round++) {
    note(`decoding, round ${round + 1}`);
    floors.push(await decodedInServer(stream));
    const peer = await received(stream);
    if (peer !== undefined) peers.push(peer);
    const slot = await stream.copySlot();
    const { INTEGRATEDB_RELAY_DATABASE_URL: url = "" } = stream.stage.settings();
    const script = new Script("serialising-session.ts", url, slot, String(rowCount));
    const { milliseconds = Number.NaN, megabytes = Number.NaN } = await script.answer();
    await script.end();
    await stream.dropSlot(slot);
    relay.push(milliseconds);
    memory.push(megabytes);
  }
  const value = median(relay) / 1000;
  const name = `${thousandRows},000 rows to a sink that only serialises`;
  const beside = (floor: readonly number[]) =>
    floor.length === 0 ? {} : { floor: median(floor) / 1000 };
  return [
    figure(
      { name: `${name}, beside pg_recvlogical`, value, unit: "s", ...beside(peers) },
      { of: "ratio", atMost: 1 },
    ),
    figure({ name: `${name}, beside decoding in the server`, value, unit: "s", ...beside(floors) }),
    figure(
      { name: `${name}, peak memory`, value: median(memory), unit: "MB" },
      { of: "value", atMost: 150 },
    ),
  ];
}

async function toWebhook(stream: StreamStage, sink: Script): Promise<Figure[]> {
  const times: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < rounds; round++) {
    note(`to a webhook, round ${round + 1}`);
    floors.push((await received(stream)) ?? Number.NaN);
    const slot = await stream.copySlot();
    sink.say({ count: rowCount });
    const relay = await stream.stage.relay({ INTEGRATEDB_RELAY_SLOT: slot });
    const { milliseconds = Number.NaN } = await sink.answer();
    await relay.end("SIGKILL");
    await elapsed(() => stream.dropSlot(slot));
    times.push(milliseconds);
  }
  const name = `${thousandRows},000 rows to a webhook in batches of 200, beside pg_recvlogical to nowhere`;
  const value = median(times) / 1000;
  return [figure({ name, value, unit: "s", floor: median(floors) / 1000 })];
}
