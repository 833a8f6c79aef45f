import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { MemoryBudget } from "../../../relay/delivery/memory-budget.ts";
import { changeEvent, changeEvents } from "./change-events.ts";
import { DeliveryStage } from "./delivery-stage.ts";
import { byKey, down, FakeSink, until } from "./fake-sink.ts";

let stage: DeliveryStage;
beforeAll(async () => {
  stage = await DeliveryStage.start();
});
afterEach(() => stage.closeLanes());
afterAll(() => stage.stop());

describe("a lane whose sink takes everything", () => {
  test("delivers each event once, in order per key, and writes nothing to the spool", async () => {
    const sink = new FakeSink();
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, sink);
    const events = changeEvents(5_000, 37);
    for (const event of events) lane.accept(event);
    await until(() => sink.events.length === events.length);
    expect(byKey(sink.events)).toEqual(byKey(events));
    expect(lane.oldestUndurable()).toBeUndefined();
    expect(lane.report()).toMatchObject({ state: "flowing", delivered: 5_000, queuedBytes: 0 });
    expect(await stage.count("spool", channelId)).toBe(0);
  });

  test("passes over what it has accepted before", async () => {
    const sink = new FakeSink();
    const lane = await stage.open(await stage.channel(), sink);
    const events = changeEvents(20);
    for (const event of [...events, ...events.slice(5)]) lane.accept(event);
    await lane.settled(5_000);
    expect(sink.events).toHaveLength(20);
  });

  test("has the commit of the oldest event that has not arrived as undurable", async () => {
    const sink = new FakeSink({ partitions: 1, batchSize: 1, delay: 20 });
    const lane = await stage.open(await stage.channel(), sink);
    for (const event of changeEvents(3, 3, 11)) lane.accept(event);
    expect(lane.oldestUndurable()).toBe(11n);
    await until(() => sink.events.length === 1);
    await until(() => lane.oldestUndurable() === 12n);
    await lane.settled(5_000);
    expect(lane.oldestUndurable()).toBeUndefined();
  });
});

test("a lane that does not get to run does not blame its sink", async () => {
  const sink = new FakeSink({ batchSize: 20 });
  const channelId = await stage.channel();
  const lane = await stage.open(channelId, sink, { memory: new MemoryBudget(100_000) });
  const events = changeEvents(250);
  for (const event of events) lane.accept(event);
  expect(lane.pressure()).toBeDefined();
  const busyUntil = performance.now() + 800;
  while (performance.now() < busyUntil);
  await until(() => sink.events.length === events.length);
  expect(lane.report().state).toBe("flowing");
  expect(await stage.count("spool", channelId)).toBe(0);
});

describe("a lane whose sink is down", () => {
  test("spools what it has within seconds, so that nothing holds the slot, and drains in order", async () => {
    const sink = new FakeSink();
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, sink);
    sink.fails = down;
    const events = changeEvents(3_000, 41);
    for (const event of events.slice(0, 1_000)) lane.accept(event);
    await until(() => lane.oldestUndurable() === undefined, 10);
    expect(await stage.count("spool", channelId)).toBe(1_000);
    expect(lane.report()).toMatchObject({
      state: "failing",
      lastError: { reason: "connection refused" },
    });
    for (const event of events.slice(1_000, 2_000)) lane.accept(event);
    await until(() => lane.oldestUndurable() === undefined, 10);
    sink.fails = () => [];
    for (const event of events.slice(2_000)) lane.accept(event);
    await until(() => lane.isDrained);
    expect(byKey(sink.events)).toEqual(byKey(events));
    expect(sink.events).toHaveLength(events.length);
    expect(await stage.count("spool", channelId)).toBe(0);
    expect(lane.report()).toMatchObject({ state: "flowing", queuedBytes: 0, spoolRows: 0 });
  });

  test("delivers nothing twice, however often it looks at the spool while it drains", async () => {
    const sink = new FakeSink({ batchSize: 20, delay: 1 });
    const lane = await stage.open(await stage.channel(), sink);
    sink.fails = down;
    const events = changeEvents(20_000, 41);
    for (const event of events) lane.accept(event);
    await until(() => lane.oldestUndurable() === undefined, 10);
    sink.fails = () => [];
    while (!lane.isDrained) {
      lane.look();
      await sleep(150);
    }
    expect(sink.events).toHaveLength(events.length);
  });

  test("returns to the fast path while events keep coming", async () => {
    const sink = new FakeSink();
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, sink);
    sink.fails = down;
    const events = changeEvents(100_000, 41);
    let next = 0;
    const flow = setInterval(() => {
      for (let count = 0; count < 20; count++) {
        const event = events[next];
        if (event === undefined) return;
        next++;
        lane.accept(event);
      }
    }, 2);
    try {
      await until(async () => (await stage.count("spool", channelId)) > 0);
      sink.fails = () => [];
      await until(() => lane.report().state === "flowing");
    } finally {
      clearInterval(flow);
    }
    await lane.settled(10_000);
    expect(byKey(sink.events)).toEqual(byKey(events.slice(0, next)));
    expect(sink.events).toHaveLength(next);
  });

  test("goes on after a restart where the spool is, whatever comes again", async () => {
    const sink = new FakeSink();
    const channelId = await stage.channel();
    const first = await stage.open(channelId, sink);
    sink.fails = down;
    const events = changeEvents(900, 17);
    for (const event of events.slice(0, 600)) first.accept(event);
    await until(() => first.oldestUndurable() === undefined);
    await stage.kill(first);
    sink.fails = () => [];
    const second = await stage.open(channelId, sink);
    for (const event of events) second.accept(event);
    await until(() => second.isDrained);
    expect(byKey(sink.events)).toEqual(byKey(events));
    const underWay = sink.partitions * sink.batchSize;
    expect(sink.events.length).toBeLessThanOrEqual(events.length + underWay);
  });
});

describe("a lane that is killed at any moment", () => {
  test("loses nothing, keeps the order per key, and repeats what was under way at most", async () => {
    const sink = new FakeSink({ delay: 1, batchSize: 10 });
    const channelId = await stage.channel();
    const events = changeEvents(6_000, 23);
    let confirmed = 0;
    let deaths = 0;
    for (let at = 0; confirmed < events.length; deaths++) {
      const lane = await stage.open(channelId, sink, { memory: new MemoryBudget(200_000) });
      sink.fails = () => (Math.random() < 0.05 ? down() : []);
      // What was not confirmed is read again.
      at = confirmed;
      const dies = performance.now() + 50 + Math.random() * 400;
      while (performance.now() < dies) {
        for (const event of events.slice(at, at + 50)) lane.accept(event);
        at = Math.min(at + 50, events.length);
        await lane.pressure();
        await new Promise((resolve) => setTimeout(resolve, 1));
        const oldest = lane.oldestUndurable();
        confirmed = oldest === undefined ? at : Number(oldest) - 1;
        if (confirmed === events.length) break;
      }
      await stage.kill(lane);
    }
    sink.fails = () => [];
    const last = await stage.open(channelId, sink);
    await until(() => last.isDrained);
    expect(deaths).toBeGreaterThan(3);
    expect(byKey(sink.events)).toEqual(byKey(events));
    expect(new Set(sink.ids).size).toBe(events.length);
  });
});

describe("a lane whose sink is slower than what comes", () => {
  test("keeps to its memory, and delivers the rest from the spool", async () => {
    const sink = new FakeSink({ delay: 20, batchSize: 100 });
    const channelId = await stage.channel();
    const memory = new MemoryBudget(400_000);
    const lane = await stage.open(channelId, sink, { memory });
    const events = changeEvents(20_000, 101);
    let most = 0;
    for (const event of events) {
      lane.accept(event);
      await lane.pressure();
      most = Math.max(most, lane.report().queuedBytes);
    }
    expect(most).toBeLessThan(1_000_000);
    await until(() => lane.isDrained);
    expect(byKey(sink.events)).toEqual(byKey(events));
    expect(sink.events).toHaveLength(events.length);
    expect(lane.report().queuedBytes).toBe(0);
  });
});

describe("events that a sink does not take", () => {
  test("become dead letters at once when they are refused for good, and hold up nobody", async () => {
    const sink = new FakeSink();
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, sink);
    const isBad = (number: number) => number % 100 === 7;
    sink.fails = (batch) =>
      batch.flatMap(({ lsn }, index) =>
        isBad(Number(lsn)) ? [{ index, final: true, reason: "answered 422" }] : [],
      );
    const events = changeEvents(1_000);
    for (const event of events) lane.accept(event);
    await until(() => lane.isDrained);
    expect(byKey(sink.events)).toEqual(byKey(events.filter(({ lsn }) => !isBad(Number(lsn)))));
    const { rows } = await stage.owner.query(
      `select d.lsn::text, key, reason, tries, redriven from integratedb.dead_letter d
       where channel_id = $1 order by d.lsn limit 1`,
      [channelId],
    );
    expect(rows).toEqual([
      {
        lsn: "0/7",
        key: "k7",
        reason: "answered 422",
        tries: [{ at: expect.stringMatching(/^2\d{3}-.*Z$/), reason: "answered 422" }],
        redriven: false,
      },
    ]);
    expect(await stage.count("dead_letter", channelId)).toBe(10);
  });

  test("wait apart when they fail again and again, with what comes later of their key", async () => {
    const sink = new FakeSink({ partitions: 1 });
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, sink);
    // The whole batch fails and nobody says which event it is.
    sink.fails = (batch) => (batch.some(({ id }) => id === "0/64:0") ? down() : []);
    const events = changeEvents(2_000, 20);
    for (const event of events.slice(0, 1_000)) lane.accept(event);
    await until(() => sink.events.length >= 950, 60);
    for (const event of events.slice(1_000)) lane.accept(event);
    const others = events.filter(({ key, lsn }) => key !== "k0" || lsn < 100n);
    await until(() => new Set(sink.ids).size === others.length, 60);
    expect(byKey(sink.events)).toEqual(byKey(others));
    await until(() => lane.oldestUndurable() === undefined);
    expect(lane.isDrained).toBe(false);
    sink.fails = () => [];
    await until(() => lane.isDrained, 60);
    expect(byKey(sink.events)).toEqual(byKey(events));
    expect(await stage.count("spool", channelId)).toBe(0);
  });

  test("become dead letters when they have failed for too long, with their tries", async () => {
    const sink = new FakeSink();
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, sink, { giveUpAfter: 1_500 });
    sink.fails = down;
    for (const event of changeEvents(20)) lane.accept(event);
    await until(async () => (await stage.count("dead_letter", channelId)) === 20);
    const { rows } = await stage.owner.query(
      "select reason, tries from integratedb.dead_letter where channel_id = $1 limit 1",
      [channelId],
    );
    expect(rows[0].reason).toMatch(/^given up after \d+ tries in \d+ s: connection refused$/);
    expect(rows[0].tries.length).toBeGreaterThan(2);
    await until(() => lane.isDrained);
  });

  test("are delivered when an operator sends them again", async () => {
    const sink = new FakeSink();
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, sink);
    sink.fails = (batch) =>
      batch.map((_, index) => ({ index, final: true, reason: "answered 400" }));
    const events = changeEvents(10);
    for (const event of events) lane.accept(event);
    await until(() => lane.isDrained);
    sink.fails = () => [];
    await stage.owner.query(
      `with again as (update integratedb.dead_letter set redriven = true where channel_id = $1
                      returning channel_id, lsn, index, key, event)
       insert into integratedb.spool select * from again`,
      [channelId],
    );
    lane.look();
    await until(() => sink.events.length === 10);
    await until(async () => (await stage.count("spool", channelId)) === 0);
    expect(sink.events.map(({ attributes, data }) => attributes + data).sort()).toEqual(
      events.map(({ attributes, data }) => attributes + data).sort(),
    );
  });
});

describe("a row whose key changes", () => {
  test("is delivered in order, although its keys are in different partitions", async () => {
    const sink = new FakeSink({ partitions: 8, batchSize: 5, delay: 2 });
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, sink);
    sink.fails = () => (Math.random() < 0.2 ? down() : []);
    const events = Array.from({ length: 400 }, (_, at) => {
      const row = at % 4;
      const step = Math.floor(at / 4);
      const name = (number: number) => `r${row}-${Math.floor(number / 3)}`;
      const moves = step % 3 === 2;
      const event = changeEvent({ lsn: BigInt(at + 1), key: name(step), row: { row } });
      return moves ? { ...event, keyAfter: name(step + 1) } : event;
    });
    for (const event of events) lane.accept(event);
    await until(() => lane.isDrained, 60);
    for (const row of [0, 1, 2, 3]) {
      const ofRow = (list: typeof events) =>
        list.filter(({ key }) => key.startsWith(`r${row}-`)).map(({ id }) => id);
      expect([...new Set(ofRow(sink.events))]).toEqual(ofRow(events));
    }
  });
});

describe("new options of a channel", () => {
  test("take over without a loss, in order", async () => {
    const old = new FakeSink({ delay: 5 });
    const channelId = await stage.channel();
    const lane = await stage.open(channelId, old);
    const events = changeEvents(4_000, 31);
    for (const event of events.slice(0, 2_000)) lane.accept(event);
    await until(() => old.events.length > 100);
    const young = new FakeSink({ partitions: 2, batchSize: 200 });
    const replaced = lane.replace(young, 86_400_000);
    for (const event of events.slice(2_000)) lane.accept(event);
    await replaced;
    await until(() => lane.isDrained);
    expect(old.isClosed).toBe(true);
    expect(byKey([...old.events, ...young.events])).toEqual(byKey(events));
    expect(old.events.length + young.events.length).toBe(events.length);
  });
});
