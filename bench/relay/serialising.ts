import { type Figure, figure } from "../figure.ts";
import { note } from "../progress.ts";
import { median } from "../timing.ts";
import { decodedInServer, received } from "./decoders.ts";
import { Script } from "./processes.ts";
import { rowCount, type StreamStage } from "./stream-stage.ts";

const rounds = 3;
const thousandRows = rowCount / 1000;

/** How long the relay takes to read and encode all rows, and the memory that it takes meanwhile. */
export async function serialisingFigures(stream: StreamStage): Promise<Figure[]> {
  const relay: number[] = [];
  const memory: number[] = [];
  const peers: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < rounds; round++) {
    note(`decoding, round ${round + 1}`);
    floors.push(await decodedInServer(stream));
    const peer = await received(stream);
    if (peer !== undefined) peers.push(peer);
    const slot = await stream.slots.copy();
    const script = new Script("serialising-session.ts", stream.relayUrl, slot, String(rowCount));
    const { milliseconds = Number.NaN, megabytes = Number.NaN } = await script.answer();
    await script.end();
    await stream.slots.drop(slot);
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
