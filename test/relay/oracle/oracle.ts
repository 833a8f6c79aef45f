import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { Random } from "../../fuzz/random.ts";
import { Arena } from "./arena.ts";
import { Arrivals } from "./arrivals.ts";
import { Chaos, lossesOf } from "./chaos.ts";
import { needlessDuplicates } from "./duplicates.ts";
import { keptSubscriptions } from "./kept-subscriptions.ts";
import { KeyNames, movedTo } from "./key-names.ts";
import { Locks } from "./locks.ts";
import { CommitLog } from "./log.ts";
import { disorderOf } from "./order.ts";
import { RegistryChanges } from "./registry-changes.ts";
import { ShopState } from "./state.ts";
import { stateProblems } from "./state-problems.ts";
import { Verdict } from "./verdict.ts";
import { Writer } from "./writer.ts";

export interface OracleOptions {
  /** The major version of Postgres. */
  readonly version: number;
  /** Of what is written and what is broken; when each happens is up to the machine. */
  readonly seed: number;
  /** How often the relay is killed. */
  readonly kills: number;
  readonly onProgress?: (text: string) => void;
}

export interface OracleResult {
  readonly transactions: number;
  readonly changes: number;
  readonly channels: number;
  /** Expected, over all channels. */
  readonly events: number;
  readonly kills: number;
  readonly disturbances: number;
  /** Of events whose sender knew that they had arrived. */
  readonly duplicates: number;
  readonly problems: readonly string[];
}

const writers = 4;
/** Milliseconds that nothing may arrive of what is missing, once all is well. */
const patience = 75_000;

/** Writes, breaks, and compares what came with what was committed. */
export async function consultOracle(options: OracleOptions): Promise<OracleResult> {
  const arena = await Arena.start(options.version);
  try {
    return await play(arena, options);
  } finally {
    await arena.stop();
  }
}

async function play(arena: Arena, options: OracleOptions): Promise<OracleResult> {
  const { seed, kills, onProgress = () => undefined } = options;
  const scene = { state: new ShopState(), locks: new Locks(), log: new CommitLog() };
  const { database } = arena.stage;
  const registry = new RegistryChanges(
    await database.connect(),
    new Random(seed),
    scene,
    (name, random) => arena.transientConfig(name, random.chance(0.4), random.pick([1, 4])),
  );
  const chaos = new Chaos({
    random: new Random(seed + 1),
    client: await database.connect(),
    link: arena.link,
    others: [arena.redisLink],
    sinks: arena.sinks,
    startRelay: () => arena.relay(),
    onProgress,
  });
  const first = await arena.relay();
  await first.ready();
  for (const kept of keptSubscriptions((name) => arena.configOf(name))) await registry.keep(kept);

  const end = new AbortController();
  const work = Array.from({ length: writers }, async (_, at) => {
    const client: pg.Client = await database.connect();
    const writer = new Writer(client, `w${at}`, new Random(seed + 10 + at), scene);
    await writer.run(end.signal, 40);
  });
  work.push(changeRegistry(registry, new Random(seed + 2), end.signal));
  const failed = new Promise<never>((_, reject) => {
    for (const each of work) each.catch(reject);
  });
  const relay = await Promise.race([chaos.run(first, kills), failed]);
  end.abort();
  await Promise.all(work);
  const names = new KeyNames();
  const verdict = new Verdict(scene.log, names);
  const channels = registry.subscriptions.map(({ name }) => name);
  const expected = new Map(
    channels.map((name) => [name, count(verdict.expectations(name))] as const),
  );
  onProgress(`${scene.log.transactions} transactions; waiting for what is under way`);
  const missing = await untilComplete(arena, expected);
  onProgress("judging");
  const problems = [...(await stateProblems(database.owner, scene.state))];
  if (missing.length > 0) {
    problems.push(...missing, ...(await laneStates(database.owner)));
    problems.push(`the relay's log ends with\n${relay.log.slice(-3_000)}`);
  }

  const arrivals = await arena.arrivals();
  for (const { events } of arrivals.values()) for (const event of events) names.learn(event);
  let duplicates = 0;
  const disturbances = [...chaos.disturbances, ...lossesOf(relay.log)];
  for (const name of new Set([...channels, ...arrivals.keys()])) {
    const { events, list, changed } = arrivals.get(name) ?? new Arrivals();
    verdict.judge(name, events);
    const ids = [...(registry.channelIds.get(name) ?? [])];
    const again = needlessDuplicates(name, ids, list, disturbances);
    duplicates += again.count;
    problems.push(...changed.map((text) => `${name}: ${text}`), ...again.problems);
    problems.push(...disorderOf(name, events, (event) => movedTo(event, names)));
  }
  problems.push(...names.problems, ...verdict.problems);
  return {
    transactions: scene.log.transactions,
    changes: scene.log.changes.length,
    channels: channels.length,
    events: [...expected.values()].reduce((sum, each) => sum + each, 0),
    kills: chaos.kills,
    disturbances: disturbances.length,
    duplicates,
    problems,
  };
}

async function changeRegistry(
  registry: RegistryChanges,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(random.int(100, 1_000), undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await registry.change();
  }
}

/** @returns the channels of which events are missing when there was no patience left */
async function untilComplete(
  arena: Arena,
  expected: ReadonlyMap<string, number>,
): Promise<string[]> {
  let [last, since] = ["", performance.now()];
  for (;;) {
    const arrivals = await arena.arrivals();
    const missing = [...expected].flatMap(([name, wanted]) => {
      const came = arrivals.get(name)?.count ?? 0;
      return came < wanted ? [`${name}: ${came} of ${wanted} events came`] : [];
    });
    if (missing.join() !== last) [last, since] = [missing.join(), performance.now()];
    if (missing.length === 0 || performance.now() - since > patience) {
      // For what should not come.
      await sleep(500);
      return missing;
    }
    await sleep(500);
  }
}

/** How the relay says that its channels fare. */
async function laneStates(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ text: string }>(`
    SELECT concat_ws(' ', 'channel', c.id, n.name, l.state, 'spool', (SELECT count(*) FROM integratedb.spool s WHERE s.channel_id = c.id), 'dead',
      (SELECT count(*) FROM integratedb.dead_letter d WHERE d.channel_id = c.id), l.last_error) AS text
    FROM integratedb.channel c LEFT JOIN integratedb.lane l ON l.channel_id = c.id
    LEFT JOIN integratedb.notification n ON n.id = c.notification_id ORDER BY c.id`);
  return rows.map(({ text }) => text);
}

function count(groups: ReadonlyMap<string, readonly unknown[]>): number {
  return [...groups.values()].reduce((sum, { length }) => sum + length, 0);
}
