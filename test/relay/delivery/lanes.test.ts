import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createWebhook } from "../../../relay/channels/webhook.ts";
import { webhookOptions } from "../../../relay/channels/webhook-options.ts";
import { LaneReports } from "../../../relay/delivery/lane-reports.ts";
import { MemoryBudget } from "../../../relay/delivery/memory-budget.ts";
import { SpoolBudget } from "../../../relay/delivery/spool-budget.ts";
import { watchSpool } from "../../../relay/delivery/spool-watch.ts";
import { startWebhookSink } from "../channels/webhook-sink.ts";
import { changeEvents } from "./change-events.ts";
import { DeliveryStage } from "./delivery-stage.ts";
import { byKey, down, FakeSink, until } from "./fake-sink.ts";

let stage: DeliveryStage;
beforeAll(async () => {
  stage = await DeliveryStage.start();
});
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await stage.closeLanes();
});
afterAll(() => stage.stop());

/** A lane to a webhook at a server of its own. */
async function webhook(config: Readonly<Record<string, unknown>> = {}) {
  const sink = await startWebhookSink();
  const options = webhookOptions.parse({ url: sink.url, mode: "batch", ...config });
  const channelId = await stage.channel();
  const channel = createWebhook(options, { allow: ["127.0.0.0/8"] });
  const lane = await stage.open(channelId, channel);
  ends.push(() => sink.interrupt());
  const arrived = () => sink.events.map((text): string => JSON.parse(text).id);
  return { sink, lane, channelId, arrived };
}

describe("a webhook's lane", () => {
  test("survives that the server goes away and comes back", async () => {
    const { sink, lane, arrived } = await webhook();
    const events = changeEvents(2_000, 29);
    for (const event of events.slice(0, 500)) lane.accept(event);
    await until(() => arrived().length === 500);
    await sink.interrupt();
    for (const event of events.slice(500, 1_000)) lane.accept(event);
    await until(() => lane.oldestUndurable() === undefined);
    await sink.resume();
    for (const event of events.slice(1_000)) lane.accept(event);
    await until(() => lane.isDrained, 60);
    const ofId = new Map(events.map((event) => [event.id, event]));
    const delivered = arrived().flatMap((id) => ofId.get(id) ?? []);
    expect(byKey(delivered)).toEqual(byKey(events));
  });

  test("leaves a server alone for as long as it asks", async () => {
    const { sink, lane } = await webhook({ concurrency: 1 });
    const times: number[] = [];
    sink.answer((_, response) => {
      times.push(performance.now());
      const isFirst = times.length === 1;
      response.writeHead(isFirst ? 429 : 204, isFirst ? { "retry-after": "2" } : {}).end();
    });
    for (const event of changeEvents(3)) lane.accept(event);
    await until(() => lane.isDrained);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_950);
    expect(times).toHaveLength(2);
  });

  test("does not hold the slot while the server hangs for longer than its time-out", async () => {
    const { sink, lane, channelId } = await webhook({ timeout_seconds: 1 });
    sink.answer(() => undefined);
    for (const event of changeEvents(50)) lane.accept(event);
    await until(() => lane.oldestUndurable() === undefined, 15);
    expect(await stage.count("spool", channelId)).toBe(50);
    sink.answer((_, response) => void response.writeHead(204).end());
    await until(() => lane.isDrained, 60);
  });

  test("delivers all but the one event that the server refuses", async () => {
    const { sink, lane, channelId, arrived } = await webhook();
    sink.answer(({ body }, response) => {
      response.writeHead(body.includes('"number":77}') ? 400 : 204).end();
    });
    for (const event of changeEvents(150)) lane.accept(event);
    await until(() => lane.isDrained);
    expect(arrived()).toHaveLength(149);
    expect(await stage.count("dead_letter", channelId)).toBe(1);
  });
});

describe("a dead sink beside others", () => {
  test("delays none of them, holds no memory, and gets everything in order when it is back", async () => {
    const memory = new MemoryBudget(4 << 20);
    const healthy = [new FakeSink(), new FakeSink(), new FakeSink()];
    const dead = new FakeSink();
    const lanes = [];
    for (const sink of [...healthy, dead]) {
      lanes.push(await stage.open(await stage.channel(), sink, { memory }));
    }
    const deadLane = lanes[3];
    dead.fails = down;
    const waits: number[] = [];
    const sent = new Map<string, number>();
    for (const sink of healthy) {
      sink.fails = (batch) => {
        const now = performance.now();
        for (const { id } of batch) waits.push(now - (sent.get(id) ?? now));
        return [];
      };
    }
    const events = changeEvents(20_000, 53);
    let mostDead = 0;
    for (const [at, event] of events.entries()) {
      sent.set(event.id, performance.now());
      for (const lane of lanes) lane.accept(event);
      for (const lane of lanes) await lane.pressure();
      if (at % 20 === 0) await sleep(5);
      mostDead = Math.max(mostDead, deadLane?.report().queuedBytes ?? 0);
    }
    for (const [at, sink] of healthy.entries()) {
      await lanes[at]?.settled(10_000);
      expect(sink.events).toHaveLength(events.length);
    }
    const slow = waits.filter((wait) => wait > 1_000).length;
    expect(slow / waits.length).toBeLessThan(0.01);
    expect(mostDead).toBeLessThan(6 << 20);
    expect(deadLane?.oldestUndurable() ?? 1n << 60n).toBeGreaterThan(19_000n);
    dead.fails = () => [];
    await until(() => deadLane?.isDrained === true, 60);
    expect(byKey(dead.events)).toEqual(byKey(events));
  });
});

describe("a spool at its limit", () => {
  test("stops the reader with an alarm, drops nothing, and lets it go on when there is room", async () => {
    const alarms: (string | undefined)[] = [];
    const hooks = { spoolFull: (problem: string | undefined) => void alarms.push(problem) };
    const sink = new FakeSink();
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, sink, {
      memory: new MemoryBudget(300_000),
      budget: new SpoolBudget(500_000, hooks),
      hooks,
    });
    sink.fails = down;
    const events = changeEvents(20_000, 43);
    let at = 0;
    const read = (async () => {
      for (const event of events) {
        lane.accept(event);
        at++;
        await lane.pressure();
      }
    })();
    await until(() => alarms.length > 0, 90);
    await sleep(500);
    const stoppedAt = at;
    await sleep(500);
    expect(at).toBe(stoppedAt);
    expect(at).toBeLessThan(events.length);
    expect(alarms[0]).toMatch(/^IDB4102 /);
    expect(lane.oldestUndurable()).toBeDefined();
    sink.fails = () => [];
    await read;
    await until(() => lane.isDrained, 60);
    expect(alarms.at(-1)).toBeUndefined();
    expect(byKey(sink.events)).toEqual(byKey(events));
  });
});

describe("what an operator sends again", () => {
  test("is noticed at once, also by a lane that is on the fast path", async () => {
    const sink = new FakeSink();
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, sink);
    const looked: number[] = [];
    const stop = watchSpool({
      pool: stage.pool,
      connection: { connectionString: stage.relayUrl },
      look: (ids) => {
        looked.push(...ids);
        if (ids.includes(channelId)) lane.look();
      },
    });
    ends.push(stop);
    for (const event of changeEvents(5)) lane.accept(event);
    await lane.settled(5_000);
    await sleep(300);
    await stage.owner.query(
      `insert into integratedb.spool values ($1, '0/1', 0, 'k1',
         '{"specversion":"1.0","id":"0/1:0","type":"integratedb.row.inserted","time":"2026-01-31T12:00:00.123456Z","data":{"new":{"total":1.10}}}')`,
      [channelId],
    );
    await stage.owner.query("notify integratedb_relay");
    await until(() => sink.events.length === 6, 5);
    expect(sink.events.at(-1)).toMatchObject({ id: "0/1:0", data: '{"new":{"total":1.10}}' });
    await until(async () => (await stage.count("spool", channelId)) === 0);
    expect(lane.report().state).toBe("flowing");
  });
});

describe("the state of the lanes in the registry", () => {
  test("says what was delivered, how they fare, and where a restart may go on", async () => {
    const good = new FakeSink();
    const bad = new FakeSink();
    const [goodId, badId] = [await stage.channel(), await stage.channel()];
    const lanes = [await stage.open(goodId, good), await stage.open(badId, bad)];
    const reports = new LaneReports(stage.pool, () => lanes.map((lane) => lane.report()));
    bad.fails = down;
    for (const event of changeEvents(100)) for (const lane of lanes) lane.accept(event);
    await until(() => lanes[1]?.report().state === "failing");
    await reports.write();
    await until(() => lanes[1]?.oldestUndurable() === undefined);
    for (const event of changeEvents(50, 10, 101)) lanes[0]?.accept(event);
    await lanes[0]?.settled(5_000);
    await reports.write();
    const { rows } = await stage.owner.query(
      `select state, last_error, delivered::integer, accepted_lsn::text, accepted_index::integer
       from integratedb.lane where channel_id = any ($1) order by channel_id`,
      [[goodId, badId]],
    );
    expect(rows).toEqual([
      {
        state: "flowing",
        last_error: null,
        delivered: 150,
        accepted_lsn: "0/96",
        accepted_index: 0,
      },
      {
        state: "failing",
        last_error: "connection refused",
        delivered: 0,
        accepted_lsn: "0/64",
        accepted_index: 0,
      },
    ]);
  });

  test("tells a change of state once", async () => {
    const states: string[] = [];
    const sink = new FakeSink();
    const hooks = { stateChanged: (_: number, state: string) => void states.push(state) };
    const lane = await stage.open(await stage.channel(), sink, { hooks });
    sink.fails = down;
    for (const event of changeEvents(10)) lane.accept(event);
    await until(() => states.includes("failing"));
    sink.fails = () => [];
    await until(() => lane.isDrained, 60);
    expect(states.filter((state) => state === "failing")).toHaveLength(1);
    expect(states.at(-1)).toBe("flowing");
  });
});

describe("a retired lane", () => {
  test("is done when its events are delivered", async () => {
    const sink = new FakeSink({ delay: 20 });
    const lane = await stage.open(await stage.channel(), sink);
    for (const event of changeEvents(100)) lane.accept(event);
    lane.retire();
    expect(lane.isDrained).toBe(false);
    expect(await lane.drained(10_000)).toBe(true);
    expect(sink.events).toHaveLength(100);
  });

  test("is done when its sink took nothing for the time in which events are given up", async () => {
    const sink = new FakeSink();
    const left: number[] = [];
    const lane = await stage.open(await stage.channel(), sink, {
      giveUpAfter: 4_000,
      hooks: { abandoned: (_, events) => void left.push(events) },
    });
    sink.fails = down;
    for (const event of changeEvents(3_000)) lane.accept(event);
    lane.retire();
    await until(() => lane.isDrained, 20);
    await lane.close();
    expect(left[0]).toBeGreaterThan(0);
  });
});
