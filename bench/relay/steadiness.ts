import { type Figure, figure } from "../figure.ts";
import { note } from "../progress.ts";
import { median } from "../timing.ts";
import type { DeliveryParts } from "./delivering.ts";
import { processMemory } from "./process-memory.ts";
import { startRelay } from "./relay-under-test.ts";
import { rowCount } from "./stream-stage.ts";
import { WebhookSink } from "./webhook-sink.ts";

const minute = 60_000;

/**
 * The relay's memory in the last minute of so many at full speed, beside that of the second one.
 *
 * @param minutes at least 3
 */
export async function steadinessFigures(
  minutes: number,
  { stream, program }: DeliveryParts,
): Promise<Figure[]> {
  const sink = await WebhookSink.start();
  const relay = await (async () => {
    await stream.deliverTo(sink.channel);
    return startRelay(stream, await stream.slots.copyHere(), program);
  })();
  const samples: { readonly at: number; readonly megabytes: number }[] = [];
  const started = performance.now();
  const sampling = setInterval(async () => {
    const memory = await processMemory(relay.pid);
    if (memory) samples.push({ at: performance.now() - started, megabytes: memory.now });
  }, 1000);
  try {
    note(`${minutes} minutes at full speed`);
    while (performance.now() - started < minutes * minute) await stream.stage.sql(updating());
  } finally {
    clearInterval(sampling);
    await relay.end("SIGKILL");
    await sink.stop();
  }
  const between = (from: number, to: number) =>
    median(samples.filter(({ at }) => at >= from && at < to).map(({ megabytes }) => megabytes));
  const value = between((minutes - 1) * minute, Number.POSITIVE_INFINITY);
  const floor = between(minute, 2 * minute);
  const name = `memory after ${minutes} minutes at full speed, beside that after one`;
  return [figure({ name, value, unit: "MB", floor }, { of: "ratio", atMost: 1.1 })];
}

let turn = 0;

/** Changes rows that are there, so that the table stays as large as it is. */
function updating(): string {
  const first = (turn++ * 10_000) % rowCount;
  return `DO $$ BEGIN
    FOR each IN 0..999 LOOP
      UPDATE reading SET note = repeat('y', 150) WHERE id >= ${first} + each * 10 AND id < ${first} + each * 10 + 10;
      COMMIT;
    END LOOP;
  END $$`;
}
