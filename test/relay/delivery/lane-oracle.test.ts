import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Failure } from "../../../relay/delivery/channel.ts";
import type { Lane } from "../../../relay/delivery/lane.ts";
import { MemoryBudget } from "../../../relay/delivery/memory-budget.ts";
import type { ChangeEvent } from "../../../relay/encoding/change-event.ts";
import { changeEvent } from "./change-events.ts";
import { DeliveryStage } from "./delivery-stage.ts";
import { byKey, down, FakeSink, until } from "./fake-sink.ts";

let stage: DeliveryStage;
beforeAll(async () => {
  stage = await DeliveryStage.start();
});
afterAll(() => stage.stop());

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Rows that change, and now and then their keys, also to one that another row had before. */
function history(count: number, random: () => number): ChangeEvent[] {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const used = Array.from({ length: 30 }, (_, at) => `k${at}`);
  const free = Array.from({ length: 5 }, (_, at) => `k${used.length + at}`);
  return Array.from({ length: count }, (_, at) => {
    const key = pick(used);
    const event = changeEvent({ lsn: BigInt(Math.floor(at / 5) + 1), index: at % 5, key });
    if (random() > 0.1) return event;
    const keyAfter = random() < 0.5 ? pick(free) : `n${at}`;
    used[used.indexOf(key)] = keyAfter;
    if (free.includes(keyAfter)) free[free.indexOf(keyAfter)] = key;
    return { ...event, keyAfter };
  });
}

/** Each event once, by every key that it concerns. */
function byConcern(events: readonly ChangeEvent[]): Record<string, string[]> {
  return byKey(
    events.flatMap((event) => {
      const { id, keyAfter } = event;
      if (keyAfter === undefined) return [event];
      return [event, { ...event, id: `${id} to ${keyAfter}`, key: keyAfter }];
    }),
  );
}

/** A receiver with moods; some events it never takes until it is cured, some it refuses for good. */
class MoodySink extends FakeSink {
  readonly random: () => number;
  readonly poison: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
  mood: "good" | "down" | "flaky" | "partial" = "good";
  isCured = false;

  constructor(random: () => number, poison: Set<string>, refused: Set<string>) {
    super({ partitions: 1 + Math.floor(random() * 6), batchSize: 1 + Math.floor(random() * 60) });
    this.random = random;
    this.poison = poison;
    this.refused = refused;
    this.fails = (batch) => this.#answer(batch);
  }

  #answer(batch: readonly ChangeEvent[]): readonly Failure[] {
    const isSick = !this.isCured && batch.some(({ id }) => this.poison.has(id));
    if (this.mood === "down" || isSick) return down();
    if (this.mood === "flaky" && this.random() < 0.3) return down();
    const failed = new Set<string>();
    return batch.flatMap(({ id, key, keyAfter }, index): Failure[] => {
      const follows = failed.has(key) || (keyAfter !== undefined && failed.has(keyAfter));
      const fails = follows || (this.mood === "partial" && this.random() < 0.1);
      if (fails) {
        failed.add(key);
        if (keyAfter !== undefined) failed.add(keyAfter);
        return [{ index, final: false, reason: "not now" }];
      }
      return this.refused.has(id) ? [{ index, final: true, reason: "never" }] : [];
    });
  }
}

test.each([1, 2, 3, 4, 5])(
  "whatever happens, every event arrives, in the order of its keys (seed %i)",
  async (seed) => {
    const random = randomOf(seed);
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
    const events = history(8_000, random);
    const some = (share: number) =>
      new Set(events.flatMap(({ id }) => (random() < share ? [id] : [])));
    const [poison, refused] = [some(0.001), some(0.002)];
    for (const id of poison) refused.delete(id);
    const channelId = await stage.channel();
    const sinks: MoodySink[] = [];
    const arrived: ChangeEvent[] = [];
    const sink = () => {
      const made = new MoodySink(random, poison, refused);
      const push = made.events.push.bind(made.events);
      made.events.push = (...list) => {
        arrived.push(...list);
        return push(...list);
      };
      sinks.push(made);
      return made;
    };
    const memory = new MemoryBudget(150_000);
    const open = () => stage.open(channelId, sink(), { memory });
    let lane: Lane = await open();
    let at = 0;
    let confirmed = 0;
    const feed = async () => {
      for (let count = 0; count < 40 && at < events.length; count++) {
        const event = events[at++];
        if (event) lane.accept(event);
      }
      await Promise.race([lane.pressure(), sleep(200)]);
      const oldest = lane.oldestUndurable();
      // Whole transactions are confirmed.
      confirmed = oldest === undefined ? at - (at % 5) : Math.min(at, (Number(oldest) - 1) * 5);
    };
    const disturb = async () => {
      const chance = random();
      const current = sinks.at(-1);
      if (current) current.mood = pick(["good", "good", "down", "flaky", "partial"]);
      if (current) current.delay = pick([0, 0, 5, 50]);
      if (chance < 0.1) {
        await stage.kill(lane);
        at = confirmed;
        lane = await open();
      } else if (chance < 0.2) {
        await lane.replace(sink(), 86_400_000);
      } else if (chance < 0.3) {
        lane.look();
      } else if (chance < 0.4) {
        await stage.owner.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'relay'",
        );
      }
    };
    while (at < events.length) {
      await feed();
      await sleep(2);
      if (random() < 0.08) await disturb();
    }
    const last = sinks.at(-1);
    if (last) Object.assign(last, { mood: "good", isCured: true, delay: 0 });
    await until(() => lane.isDrained, 90);

    const wanted = events.filter(({ id }) => !refused.has(id));
    expect(byConcern(arrived)).toEqual(byConcern(wanted));
    const { rows: dead } = await stage.owner.query<{ id: string }>(
      "select distinct lsn || ':' || index as id from integratedb.dead_letter where channel_id = $1",
      [channelId],
    );
    expect(dead.map(({ id }) => id).sort()).toEqual([...refused].sort());
    expect(await stage.count("spool", channelId)).toBe(0);
    expect(lane.report().queuedBytes).toBe(0);
    await lane.close();
  },
);
