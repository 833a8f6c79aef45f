import type { Pool } from "pg";
import type { Position } from "../encoding/change-event.ts";
import type { Channel } from "./channel.ts";
import type { DeliveryHooks, LaneState } from "./delivery-hooks.ts";
import type { LaneMemory } from "./memory-budget.ts";
import type { SpoolBudget } from "./spool-budget.ts";

export interface LaneOptions {
  readonly channelId: number;
  readonly channel: Channel;
  /** Milliseconds from an event's first try until it becomes a dead letter. */
  readonly giveUpAfter: number;
  /** Shared by all lanes; a connection is taken for one statement or transaction at a time. */
  readonly pool: Pool;
  readonly memory: LaneMemory;
  readonly budget: SpoolBudget;
  readonly hooks: DeliveryHooks;
}

/** What a lane tells of itself. */
export interface LaneReport {
  readonly channelId: number;
  readonly state: LaneState;
  readonly lastError: { readonly reason: string; readonly at: string } | undefined;
  /** Since the lane was opened. */
  readonly delivered: number;
  /** Everything up to here is delivered, in the spool or a dead letter. */
  readonly durable: Position | undefined;
  /** Of events in memory. */
  readonly queuedBytes: number;
  /** Events in the spool, as far as is known without counting each time. */
  readonly spoolRows: number;
}
