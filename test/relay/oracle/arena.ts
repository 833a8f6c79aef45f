import type { Redis } from "../../servers/redis.ts";
import { startRedis } from "../../servers/redis.ts";
import { RelayProcess } from "../relay-process.ts";
import { RelayStage } from "../relay-stage.ts";
import type { Arrivals } from "./arrivals.ts";
import { Link } from "./link.ts";
import { OracleSink } from "./oracle-sink.ts";
import { RedisReader } from "./redis-reader.ts";
import { audited } from "./registry-changes.ts";
import { createShop, tables } from "./shop.ts";

const stream = "oracle";

/** The real parts: Postgres, Redis, receivers of webhooks, the links to them, and the relays. */
export class Arena {
  readonly stage: RelayStage;
  readonly link: Link;
  readonly redisLink: Link;
  readonly sinks: readonly OracleSink[];
  readonly #redis: Redis;
  readonly #reader: RedisReader;
  #relay: RelayProcess | undefined;

  private constructor(
    stage: RelayStage,
    redis: Redis,
    links: readonly [Link, Link],
    sinks: readonly OracleSink[],
  ) {
    this.stage = stage;
    this.#redis = redis;
    [this.link, this.redisLink] = links;
    this.sinks = sinks;
    this.#reader = new RedisReader(redis.url, stream);
  }

  static async start(version: number): Promise<Arena> {
    const [redis, stage] = await Promise.all([
      startRedis(),
      RelayStage.start(version, {
        settings: {
          max_prepared_transactions: "20",
          wal_sender_timeout: "3s",
          logical_decoding_work_mem: "64kB",
        },
      }),
    ]);
    const links = await Promise.all([Link.open(stage.postgres.port), Link.open(redis.port)]);
    const sinks = await Promise.all([0, 1, 2, 3].map(() => OracleSink.start()));
    const { owner } = stage.database;
    await createShop(owner);
    for (const [name, fields] of [["store", ["*"]] as const, ["auditor", audited] as const]) {
      await owner.query("SELECT integratedb.put_stakeholder($1)", [name]);
      const match = tables.map((table) => ({ path: `shop.${table.name}`, fields }));
      await owner.query("SELECT integratedb.put_claim($1, 'tables', $2)", [name, { match }]);
    }
    return new Arena(stage, redis, links, sinks);
  }

  /** The options of a channel that is kept, each in another mode. */
  configOf(name: string): object {
    const url = (sink: number) => this.sinks[sink]?.url(name) ?? "";
    if (name === "stream")
      return { type: "redis", url: this.redisLink.through(this.#redis.url), stream };
    if (name === "all") return webhook(url(0), { concurrency: 1 });
    if (name === "audit") return webhook(url(1), { mode: "batch", batch_size: 20, concurrency: 4 });
    return webhook(url(2), { concurrency: 4 });
  }

  transientConfig(name: string, isBatch: boolean, concurrency: number): object {
    const mode = isBatch ? { mode: "batch", batch_size: 7 } : {};
    return webhook(this.sinks[3]?.url(name) ?? "", { concurrency, ...mode });
  }

  async relay(): Promise<RelayProcess> {
    const settings = this.stage.settings();
    const url = this.link.through(settings["INTEGRATEDB_RELAY_DATABASE_URL"] ?? "");
    this.#relay = await RelayProcess.start({
      ...settings,
      INTEGRATEDB_RELAY_DATABASE_URL: url,
      INTEGRATEDB_RELAY_DATABASE_TIMEOUT_SECONDS: "3",
    });
    return this.#relay;
  }

  /** What came over each channel so far. */
  async arrivals(): Promise<Map<string, Arrivals>> {
    await this.#reader.read();
    return new Map([
      ...this.sinks.flatMap((sink) => [...sink.arrivals]),
      ["stream", this.#reader.arrivals],
    ]);
  }

  async stop(): Promise<void> {
    await this.#relay?.end("SIGKILL");
    for (const part of [...this.sinks]) part.stop();
    this.link.close();
    this.redisLink.close();
    await Promise.all([this.stage.stop(), this.#redis.stop()]);
  }
}

function webhook(url: string, options: object): object {
  return { type: "webhook", url, timeout_seconds: 3, ...options };
}
