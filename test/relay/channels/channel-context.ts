import type { ChannelContext } from "../../../relay/channels/channel-context.ts";

/** A channel's place, on a machine where every server is on loopback. */
export function channelContext(given: Partial<ChannelContext> = {}): ChannelContext {
  return {
    stakeholder: "reporter",
    notification: "reporter-orders",
    scope: "/integratedb/shop 1",
    allow: ["127.0.0.0/8", "::1"],
    ...given,
  };
}
