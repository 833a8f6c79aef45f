import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OracleSink } from "./oracle/oracle-sink.ts";
import type { RelayProcess } from "./relay-process.ts";
import { RelayStage } from "./relay-stage.ts";

const keys = 40;
const changesPerRound = 100;
/** Milliseconds between two changes. */
const pace = 5;
const [fewestRounds, mostRounds] = [12, 40];
/** What neither the machine's noise nor the sums of milliseconds can tell apart. */
const noise = 1.5;

/** A database, its relay, and its receivers. */
class Side {
  readonly stage: RelayStage;
  readonly relay: RelayProcess;
  readonly sinks: readonly OracleSink[];
  readonly #sentAt = new Map<string, number>();
  #changes = 0;

  private constructor(stage: RelayStage, relay: RelayProcess, sinks: readonly OracleSink[]) {
    this.stage = stage;
    this.relay = relay;
    this.sinks = sinks;
  }

  static async start(sinkCount: number): Promise<Side> {
    const stage = await RelayStage.start();
    const relay = await stage.relay();
    await relay.ready();
    const names = Array.from({ length: sinkCount }, (_, at) => `sink${at}`);
    const sinks = await Promise.all(names.map(() => OracleSink.start()));
    await stage.sql(
      `INSERT INTO orders SELECT id, 'open', 0 FROM generate_series(1, ${keys}) AS id`,
    );
    for (const [at, name] of names.entries()) {
      await stage.notify(name, {
        match: [{ path: "public.orders", fields: ["id", "total", "note"] }],
        channels: { hook: { type: "webhook", url: sinks[at]?.url(name), timeout_seconds: 1 } },
      });
    }
    return new Side(stage, relay, sinks);
  }

  get changes(): number {
    return this.#changes;
  }

  /** @returns the 99th percentile of the milliseconds until the first three sinks have a change */
  async round(): Promise<number> {
    const from = this.#changes;
    const { owner } = this.stage.database;
    for (let change = 0; change < changesPerRound; change++) {
      const number = ++this.#changes;
      const due = sleep(pace);
      this.#sentAt.set(`${number}.00`, performance.now());
      await owner.query("UPDATE orders SET total = $1, note = $2 WHERE id = $3", [
        number,
        "x".repeat(1_000),
        1 + (number % keys),
      ]);
      await due;
    }
    await expect
      .poll(() => this.sinks.slice(0, 3).map((_, at) => this.totals(at).length), {
        timeout: 20_000,
      })
      .toEqual([0, 1, 2].map(() => this.#changes));
    const waits = this.sinks.slice(0, 3).flatMap((_, at) =>
      this.#arrivals(at)
        .slice(from)
        .map(({ event, at: arrivedAt }) => arrivedAt - (this.#sentAt.get(totalOf(event)) ?? 0)),
    );
    return quantile(waits, 0.99);
  }

  /** The changes that came, in the order in which they came. */
  totals(sink: number): string[] {
    return this.#arrivals(sink).map(({ event }) => totalOf(event));
  }

  /** Bytes that the slot holds. */
  async lag(): Promise<number> {
    const { rows } = await this.stage.database.owner.query<{ lag: string }>(
      "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn) AS lag FROM pg_replication_slots",
    );
    return Number(rows[0]?.lag);
  }

  async written(): Promise<number> {
    const { rows } = await this.stage.database.owner.query<{ at: string }>(
      "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS at",
    );
    return Number(rows[0]?.at);
  }

  /** Resident megabytes of the relay. */
  async memory(): Promise<number> {
    const status = await readFile(`/proc/${this.relay.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    for (const sink of this.sinks) sink.stop();
    await this.stage.stop();
  }

  #arrivals(sink: number) {
    return this.sinks[sink]?.arrivals.get(`sink${sink}`)?.list ?? [];
  }
}

function totalOf({ data }: { readonly data: Readonly<Record<string, unknown>> }): string {
  return String((data["new"] as Record<string, unknown>)["total"]);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/**
 * How many times as long the slowest of the healthy deliveries may take. The goal is 1.2, which only a
 * machine can show that does nothing else: INTEGRATEDB_TEST_ALONE=1 asks for it.
 */
const most = process.env["INTEGRATEDB_TEST_ALONE"] === "1" ? 1.2 : 2.5;

let withDead: Side;
let without: Side;

beforeAll(async () => {
  [withDead, without] = await Promise.all([Side.start(4), Side.start(3)]);
});
afterAll(async () => {
  await Promise.all([withDead?.stop(), without?.stop()]);
});

test("one sink that is dead costs three healthy ones nothing, and gets everything when it is back", async () => {
  const dead = withDead.sinks[3] as OracleSink;
  await dead.become("hanging");
  // Until the relay has noticed, and both processes are warm.
  await Promise.all([withDead.round(), without.round()]);
  await sleep(2_500);
  const begin = await withDead.written();
  const [p99With, p99Without, memory]: [number[], number[], number[]] = [[], [], []];
  // Of the quieter rounds: what else the machine does makes the others longer, at random.
  const p99 = (rounds: readonly number[]) => quantile(rounds, 0.25);
  const isAlike = () => p99(p99With) <= most * p99(p99Without) + noise;
  // In turns, since what else the machine does comes and goes; and longer, while that decides.
  for (let round = 0; round < mostRounds && (round < fewestRounds || !isAlike()); round++) {
    if (round === 6) await dead.become("refusing");
    p99Without.push(await without.round());
    p99With.push(await withDead.round());
    if (round % 3 !== 2) continue;
    memory.push(await withDead.memory());
    await expect.poll(() => withDead.lag(), { timeout: 8_000 }).toBeLessThan(512 * 1024);
  }
  const figures = `p99 with ${p99With.map(Math.round)}, without ${p99Without.map(Math.round)} ms`;
  expect(isAlike(), figures).toBe(true);
  // Otherwise the lag could not have shown anything.
  expect((await withDead.written()) - begin).toBeGreaterThan(2 * 1024 * 1024);
  expect(withDead.totals(3)).toEqual([]);
  expect(await withDead.relay.metric("integratedb_queued_bytes")).toBeLessThan(1024 * 1024);
  const third = Math.ceil(memory.length / 3);
  const [early, late] = [memory.slice(0, third), memory.slice(-third)];
  const growth = quantile(late, 0.5) - quantile(early, 0.5);
  expect(growth, `memory ${memory.map(Math.round)} MB`).toBeLessThan(40);

  await dead.become("ok");
  await expect
    .poll(() => new Set(withDead.totals(3)).size, { timeout: 90_000, interval: 200 })
    .toBe(withDead.changes);
  const byKey = Map.groupBy([...new Set(withDead.totals(3))].map(Number), (total) => total % keys);
  for (const totals of byKey.values()) {
    expect(totals).toEqual(totals.toSorted((left, right) => left - right));
  }
}, 240_000);
