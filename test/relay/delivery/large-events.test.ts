import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Lane } from "../../../relay/delivery/lane.ts";
import { MemoryBudget } from "../../../relay/delivery/memory-budget.ts";
import { changeEvent } from "./change-events.ts";
import { DeliveryStage } from "./delivery-stage.ts";
import { byKey, down, FakeSink, until } from "./fake-sink.ts";

let stage: DeliveryStage;
beforeAll(async () => {
  stage = await DeliveryStage.start();
});
afterEach(() => stage.closeLanes());
afterAll(() => stage?.stop());

/** Of which an event of 20 kB is more than a quarter. */
const memory = () => new MemoryBudget(40_000);

/** Every third is large; texts have what COPY escapes, and more than ASCII. */
function mixed(count: number) {
  return Array.from({ length: count }, (_, at) =>
    changeEvent({
      lsn: BigInt(at + 1),
      key: `k${at % 3}`,
      row: {
        number: at,
        text: (at % 4 === 0 ? "a\\b\té☃\n" : "x").repeat(at % 4 === 0 ? 3_000 : 1),
      },
    }),
  );
}

test("large events arrive as they are, in the order of their keys, from the spool", async () => {
  const sink = new FakeSink();
  const lane = await stage.open(await stage.channel(), sink, { memory: memory() });
  const events = mixed(60);
  for (const event of events) lane.accept(event);
  await until(() => lane.isDrained);
  expect(byKey(sink.events)).toEqual(byKey(events));
  const sent = new Map(events.map((event) => [event.id, event.json]));
  expect(sink.events.filter(({ id, json }) => sent.get(id) !== json)).toEqual([]);
});

test("no more than two are sent at once over all lanes, whatever the number of their partitions", async () => {
  const budget = memory();
  let under = 0;
  let most = 0;
  const lanes: Lane[] = [];
  for (let number = 0; number < 4; number++) {
    const sink = new FakeSink({ partitions: 4 });
    const deliver = sink.deliver.bind(sink);
    sink.deliver = async (batch, signal) => {
      const large = batch.filter(({ json }) => json.length > 10_000).length;
      under += large;
      most = Math.max(most, under);
      await sleep(2);
      under -= large;
      return deliver(batch, signal);
    };
    const lane = await stage.open(await stage.channel(), sink, { memory: budget });
    lanes.push(lane);
    for (const event of mixed(24)) lane.accept(event);
  }
  await until(() => lanes.every((lane) => lane.isDrained));
  expect(most).toBeLessThanOrEqual(2);
});

test("a large event that is given up is a dead letter with all that it holds", async () => {
  const sink = new FakeSink();
  sink.fails = down;
  const channelId = await stage.channel();
  const lane = await stage.open(channelId, sink, { memory: memory(), giveUpAfter: 0 });
  const [event] = mixed(1);
  if (event === undefined) throw new Error("no event");
  lane.accept(event);
  await until(async () => (await stage.count("dead_letter", channelId)) === 1);
  const { rows } = await stage.owner.query(
    "SELECT event FROM integratedb.dead_letter WHERE channel_id = $1",
    [channelId],
  );
  expect(JSON.parse(rows[0].event)).toEqual(
    JSON.parse(Buffer.from(event.json, "latin1").toString()),
  );
  await until(() => lane.isDrained);
  expect(await stage.count("spool", channelId)).toBe(0);
});

test("two events of one position are an error, and the same one again is not", async () => {
  const lane = await stage.open(await stage.channel(), new FakeSink());
  lane.accept(changeEvent({ row: { number: 1 } }));
  lane.accept(changeEvent({ row: { number: 1 } }));
  expect(() => lane.accept(changeEvent({ row: { number: 2 } }))).toThrow("two events with the id");
});
