import type { AllowList } from "./address-guard.ts";
import type { RequestSpan } from "./webhook.ts";

/** What a channel is told about its place, beside its own options. */
export interface ChannelContext {
  readonly stakeholder: string;
  readonly notification: string;
  /**
   * Tells this channel from all others of all databases that may write to the same sink. Ids of
   * events are the same in every channel, so a sink that drops duplicates is given both.
   */
  readonly scope: string;
  /** Addresses beyond the default that may be reached. */
  readonly allow: AllowList;
  /** Begins the trace of a request with that many events. */
  readonly trace?: ((events: number) => RequestSpan | undefined) | undefined;
}
