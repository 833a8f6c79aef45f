import type { DeliveryHooks } from "../delivery/delivery-hooks.ts";
import type { Health } from "./health.ts";
import type { ChannelEntry } from "./lane-set.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";

interface Parts {
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly health: Health;
  entry(channelId: number): ChannelEntry | undefined;
}

/** Counts and logs what lanes tell. */
export function deliveryHooks({ metrics, log, health, entry }: Parts): DeliveryHooks {
  const labels = (channelId: number) => {
    const { stakeholder = "", notification = "", channel = "" } = entry(channelId) ?? {};
    return { stakeholder, notification, channel };
  };
  return {
    delivered: (channelId, events) => {
      const of = labels(channelId);
      metrics.delivered.inc(of, events.length);
      // One observation a batch, of its oldest event: a histogram of each would cost as much as all else.
      const [first] = events;
      if (first !== undefined) metrics.delay.observe(of, (Date.now() - first.committedAt) / 1000);
    },
    failed: (channelId, events, reason) => {
      metrics.retried.inc(labels(channelId), events);
      log.debug({ ...labels(channelId), events, reason }, "a delivery failed and is tried again");
    },
    spooled: (channelId, events) => metrics.spooled.inc(labels(channelId), events),
    deadLettered: (channelId, events, reason) => {
      metrics.deadLetters.inc(labels(channelId), events);
      log.error({ code: "IDB4101", ...labels(channelId), events, reason }, "dead letters");
    },
    stateChanged: (channelId, state, reason) => {
      metrics.failing.set(labels(channelId), state === "failing" ? 1 : 0);
      const of = { ...labels(channelId), state, reason };
      if (state === "failing") log.warn({ code: "IDB4105", ...of }, "the receiver takes nothing");
      else log.info(of, "the channel has another state");
    },
    databaseFailed: (channelId, error) =>
      log.error({ code: "IDB4104", ...labels(channelId), err: error }, "the spool cannot be used"),
    spoolFull: (problem) => {
      metrics.spoolFull.set(problem === undefined ? 0 : 1);
      health.alarm(problem);
      if (problem !== undefined) log.error({ code: "IDB4102" }, problem);
      else log.info("the spool has room again");
    },
    abandoned: (channelId, events) =>
      log.error({ ...labels(channelId), events }, "a retired channel left events behind"),
  };
}
