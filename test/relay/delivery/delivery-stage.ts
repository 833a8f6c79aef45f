import pg from "pg";
import type { Channel } from "../../../relay/delivery/channel.ts";
import type { DeliveryHooks } from "../../../relay/delivery/delivery-hooks.ts";
import { Lane } from "../../../relay/delivery/lane.ts";
import { MemoryBudget } from "../../../relay/delivery/memory-budget.ts";
import { SpoolBudget } from "../../../relay/delivery/spool-budget.ts";
import { RelayStage } from "../relay-stage.ts";

export interface LaneSettings {
  readonly giveUpAfter?: number;
  readonly memory?: MemoryBudget;
  readonly budget?: SpoolBudget;
  readonly hooks?: DeliveryHooks;
}

/** Tables of a real engine, and a pool with the rights of a relay. */
export class DeliveryStage {
  readonly stage: RelayStage;
  readonly pool: pg.Pool;
  readonly #lanes: Lane[] = [];

  private constructor(stage: RelayStage) {
    this.stage = stage;
    this.pool = new pg.Pool({ connectionString: this.relayUrl, max: 4 });
    this.pool.on("error", () => undefined);
  }

  static async start(version = 18): Promise<DeliveryStage> {
    return new DeliveryStage(await RelayStage.start(version));
  }

  /** As the relay logs in. */
  get relayUrl(): string {
    return this.stage.settings()["INTEGRATEDB_RELAY_DATABASE_URL"] ?? "";
  }

  /** The owner's connection. */
  get owner(): pg.Client {
    return this.stage.database.owner;
  }

  async channel(): Promise<number> {
    const { rows } = await this.owner.query<{ id: number }>(
      `insert into integratedb.channel (stakeholder, notification, name, type, config)
       values ('reporter', 'orders', 'hook', 'webhook', '{}') returning id`,
    );
    return rows[0]?.id ?? 0;
  }

  async open(channelId: number, channel: Channel, settings: LaneSettings = {}): Promise<Lane> {
    const { giveUpAfter = 86_400_000, hooks = {} } = settings;
    const memory = settings.memory ?? new MemoryBudget(48 << 20);
    const budget = settings.budget ?? new SpoolBudget(1 << 30, hooks);
    const { pool } = this;
    const lane = await Lane.open({
      channelId,
      channel,
      giveUpAfter,
      pool,
      hooks,
      memory: memory.lane(),
      budget,
    });
    this.#lanes.push(lane);
    return lane;
  }

  /** As if the process had ended: nothing more is written or delivered, and nothing was closed. */
  async kill(lane: Lane): Promise<void> {
    await lane.close();
  }

  async count(table: "spool" | "dead_letter", channelId: number): Promise<number> {
    const { rows } = await this.owner.query<{ count: number }>(
      `select count(*)::integer as count from integratedb.${table} where channel_id = $1`,
      [channelId],
    );
    return rows[0]?.count ?? 0;
  }

  /** Closes what the test has opened. */
  async closeLanes(): Promise<void> {
    for (const lane of this.#lanes.splice(0)) await lane.close();
  }

  async stop(): Promise<void> {
    await this.closeLanes();
    await this.pool.end();
    await this.stage.stop();
  }
}
