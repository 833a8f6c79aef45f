import { isDeepStrictEqual } from "node:util";
import type { Pool } from "pg";
import type { Channel } from "../delivery/channel.ts";
import type { DeliveryHooks } from "../delivery/delivery-hooks.ts";
import { Lane } from "../delivery/lane.ts";
import type { LaneReport } from "../delivery/lane-options.ts";
import { MemoryBudget } from "../delivery/memory-budget.ts";
import { SpoolBudget } from "../delivery/spool-budget.ts";
import type { Route } from "../registry/route.ts";
import type { Sink } from "../routing/table-plan.ts";

/** A channel as the registry knows it. */
export type ChannelEntry = Pick<
  Route,
  "channelId" | "stakeholder" | "notification" | "channel" | "type" | "config"
>;

export interface LaneSetOptions {
  readonly pool: Pool;
  readonly hooks: DeliveryHooks;
  /** Bytes of events in memory, over all lanes. */
  readonly memory: number;
  /** Bytes of the spool, over all lanes. */
  readonly spoolLimit: number;
  /** The lane of a channel that is gone has ended. */
  dropped(entry: ChannelEntry): void;
  /** Connects nothing yet; a channel that cannot work fails each delivery with the reason. */
  open(entry: ChannelEntry): { readonly channel: Channel; readonly giveUpAfter: number };
}

interface OpenLane {
  readonly lane: Lane;
  entry: ChannelEntry;
  isRetired: boolean;
}

/** The lanes of all channels, as the registry has them. */
export class LaneSet {
  readonly #options: LaneSetOptions;
  readonly #memory: MemoryBudget;
  readonly #budget: SpoolBudget;
  readonly #lanes = new Map<number, OpenLane>();
  readonly #dropped = new Set<number>();

  constructor(options: LaneSetOptions) {
    this.#options = options;
    this.#memory = new MemoryBudget(options.memory);
    this.#budget = new SpoolBudget(options.spoolLimit, options.hooks);
  }

  /** Opens lanes for what is there, with new options where they changed, and retires the others. */
  async apply(wanted: readonly ChannelEntry[], retired: readonly ChannelEntry[]): Promise<void> {
    const known = new Map([...retired, ...wanted].map((each) => [each.channelId, entryOf(each)]));
    for (const [id, entry] of known) {
      const open = this.#lanes.get(id);
      if (open === undefined) await this.#open(entry);
      else this.#update(open, entry);
    }
    const isWanted = new Set(wanted.map(({ channelId }) => channelId));
    for (const [id, open] of this.#lanes) {
      open.isRetired = !isWanted.has(id);
      if (open.isRetired) open.lane.retire();
    }
  }

  /** The lane of a channel that `apply` was told of; nothing takes the events of one that is gone. */
  sink(channelId: number): Sink {
    const open = this.#lanes.get(channelId);
    if (open !== undefined) return open.lane;
    if (!this.#dropped.has(channelId)) throw new Error(`no lane for channel ${channelId}`);
    return { accept: () => undefined };
  }

  /** Bytes of the largest event of which many may be in memory. */
  get largest(): number {
    return this.#memory.largest;
  }

  /** What the reader has to wait for before it reads on. */
  pressure(): Promise<void> | undefined {
    if (!this.#memory.isFull) return this.#memory.breath();
    const waits = this.lanes.flatMap((lane) => lane.pressure() ?? []);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }

  get lanes(): readonly Lane[] {
    return [...this.#lanes.values()].map(({ lane }) => lane);
  }

  entry(channelId: number): ChannelEntry | undefined {
    return this.#lanes.get(channelId)?.entry;
  }

  reports(): readonly LaneReport[] {
    return this.lanes.map((lane) => lane.report());
  }

  /** Retired channels that have nothing left to deliver. */
  drained(): number[] {
    return [...this.#lanes].flatMap(([id, { isRetired, lane }]) =>
      isRetired && lane.isDrained ? [id] : [],
    );
  }

  /** Closes the lanes of channels that are gone. */
  async drop(channelIds: readonly number[]): Promise<void> {
    for (const id of channelIds) {
      const open = this.#lanes.get(id);
      if (open === undefined) continue;
      this.#lanes.delete(id);
      this.#dropped.add(id);
      this.#options.dropped(open.entry);
      await open.lane.close();
    }
  }

  /** Waits until all that was accepted is durable, or so many milliseconds. */
  async settled(milliseconds: number): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.settled(milliseconds)));
  }

  /** Ends all deliveries at once. What the lanes report stays as it was. */
  async close(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.close()));
  }

  async #open(entry: ChannelEntry): Promise<void> {
    const { pool, hooks } = this.#options;
    const { channel, giveUpAfter } = this.#options.open(entry);
    const lane = await Lane.open({
      channelId: entry.channelId,
      channel,
      giveUpAfter,
      pool,
      hooks,
      memory: this.#memory.lane(),
      budget: this.#budget,
    });
    this.#lanes.set(entry.channelId, { lane, entry, isRetired: false });
  }

  /** Nobody waits for what is under way with the old options: the sink may hang. */
  #update(open: OpenLane, entry: ChannelEntry): void {
    const isSame = isDeepStrictEqual(open.entry, entry);
    open.entry = entry;
    if (isSame) return;
    const { channel, giveUpAfter } = this.#options.open(entry);
    open.lane.replace(channel, giveUpAfter).catch(() => undefined);
  }
}

/** Of a route, what concerns its channel. */
function entryOf(route: ChannelEntry): ChannelEntry {
  const { channelId, stakeholder, notification, channel, type, config } = route;
  return { channelId, stakeholder, notification, channel, type, config };
}
