import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Random } from "../../fuzz/random.ts";
import type { RelayProcess } from "../relay-process.ts";
import type { Link } from "./link.ts";
import { badMoods, type OracleSink } from "./oracle-sink.ts";
import { lsnOf } from "./position.ts";

/** A moment at which the relay may have had events under way that it did not know to have arrived. */
export interface Disturbance {
  readonly kind: "kill" | "cut" | "half-open" | "terminate" | "lost";
  /** Of a monotonic clock, in milliseconds. */
  readonly at: number;
  /** The server sends again what was committed from here on. */
  readonly confirmed: bigint;
  /** `<channel id>/<lsn>/<index>` of what was in the spool. */
  readonly spooled: ReadonlySet<string>;
}

export interface ChaosOptions {
  readonly random: Random;
  /** Straight to the server. */
  readonly client: pg.ClientBase;
  readonly link: Link;
  /** Ways to other servers. */
  readonly others: readonly Link[];
  readonly sinks: readonly OracleSink[];
  startRelay(): Promise<RelayProcess>;
  onProgress(text: string): void;
}

/** Links that broke of themselves, as they do on a busy machine: what a relay said of them. */
export function lossesOf(log: string): Disturbance[] {
  const losses = log.split("\n").filter((line) => line.includes('"the database was lost'));
  return losses.map((line) => {
    const { time }: { time: string } = JSON.parse(line);
    const at = Date.parse(time) - performance.timeOrigin;
    return { kind: "lost", at, confirmed: 0n, spooled: new Set() };
  });
}

/** Kills the relay, breaks its links and spoils the mood of the sinks. */
export class Chaos {
  readonly disturbances: Disturbance[] = [];
  kills = 0;
  readonly #options: ChaosOptions;

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  /** @returns the relay that runs at the end, with all links and sinks well */
  async run(first: RelayProcess, kills: number): Promise<RelayProcess> {
    const { random, sinks, startRelay } = this.#options;
    const end = new AbortController();
    const moods = Promise.all(sinks.map((sink) => this.#spoil(sink, end.signal)));
    let relay = first;
    while (this.kills < kills) {
      await sleep(random.int(150, 1_800));
      if (random.chance(0.4)) {
        await this.#breakLinks();
        await sleep(random.int(0, 1_500));
      }
      await relay.end("SIGKILL");
      this.kills++;
      this.#options.onProgress(`killed ${this.kills} of ${kills} times`);
      // What the dead process had sent to the server last may still be on its way.
      await sleep(100);
      this.disturbances.push(await this.#look("kill"));
      relay = await startRelay();
      if (random.chance(0.7)) await relay.ready();
    }
    await relay.ready();
    await this.#breakLinks();
    end.abort();
    await moods;
    return relay;
  }

  async #breakLinks(): Promise<void> {
    const { random, link, others, client } = this.#options;
    const kind = random.pick(["cut", "half-open", "terminate"] as const);
    this.disturbances.push(await this.#look(kind));
    this.#options.onProgress(`links: ${kind}`);
    if (kind === "terminate") {
      await client.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'relay'",
      );
    } else if (kind === "cut") link.cut();
    else link.halfOpen();
    for (const other of others) {
      if (kind === "cut") other.cut();
      else if (kind === "half-open") other.halfOpen();
    }
  }

  async #spoil(sink: OracleSink, signal: AbortSignal): Promise<void> {
    const { random } = this.#options;
    while (!signal.aborted) {
      await sleep(random.int(100, 2_500), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      await sink.become(random.pick(badMoods));
      await sleep(random.int(50, 2_000), undefined, { signal }).catch(() => undefined);
      await sink.become("ok");
    }
  }

  async #look(kind: Disturbance["kind"]): Promise<Disturbance> {
    const at = performance.now();
    const { rows } = await this.#options.client.query<{ lsn: string; spool: string[] }>(`
      SELECT greatest(p.lsn, s.confirmed_flush_lsn)::text AS lsn,
        array(SELECT channel_id || '/' || lsn || '/' || index FROM integratedb.spool) AS spool
      FROM integratedb.relay_position p JOIN pg_replication_slots s USING (slot_name)`);
    const [row] = rows;
    return { kind, at, confirmed: lsnOf(row?.lsn ?? "0/0"), spooled: new Set(row?.spool) };
  }
}
