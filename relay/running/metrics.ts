import { Counter, Gauge, Histogram, Registry } from "prom-client";

const channel = ["stakeholder", "notification", "channel"] as const;
const prefix = "integratedb_relay_";

/** What the relay counts; docs/reference-relay.md is made from the names and texts here. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const counter = (name: string, help: string) =>
    new Counter({ name: prefix + name, help, registers });
  const gauge = (name: string, help: string) => new Gauge({ name: prefix + name, help, registers });
  const channelCounter = (name: string, help: string) =>
    new Counter({ name: prefix + name, help, labelNames: channel, registers });
  const channelGauge = (name: string, help: string) =>
    new Gauge({ name: prefix + name, help, labelNames: channel, registers });
  return {
    registry,
    active: gauge(
      "active",
      "1 while this relay reads the slot, 0 while it waits for another to end.",
    ),
    transactions: counter("transactions_total", "Transactions read that had at least one change."),
    changes: counter("changes_total", "Row changes read, before any subscriber's filter."),
    unencodable: counter(
      "unencodable_total",
      "Changes that could not be made events, one for each group of receivers who may read the same.",
    ),
    reconnects: counter("reconnects_total", "Times that the replication connection was lost."),
    confirmedLsn: gauge("confirmed_lsn", "WAL position, in bytes, up to which all is durable."),
    lagBytes: gauge(
      "lag_bytes",
      "Bytes of WAL between the server's position, as last known, and the confirmed one.",
    ),
    lagSeconds: gauge(
      "lag_seconds",
      "Seconds since the confirmed position last was the server's; grows while there is no connection.",
    ),
    registryRevision: gauge("registry_revision", "Revision of the registry that is in effect."),
    delivered: channelCounter("events_delivered_total", "Events that the receiver has for good."),
    retried: channelCounter("events_retried_total", "Failed tries of events."),
    spooled: channelCounter("events_spooled_total", "Events written to the spool."),
    deadLetters: channelCounter("dead_letters_total", "Events given up, with their reason."),
    queuedBytes: channelGauge("queued_bytes", "Bytes of events that wait in memory."),
    spoolRows: channelGauge("spool_events", "Events in the spool."),
    failing: channelGauge("channel_failing", "1 while the receiver takes nothing."),
    spoolFull: gauge("spool_full", "1 while the spool is at its limit and reading has stopped."),
    socketReceivers: channelGauge("socket_receivers", "Receivers that are connected to a socket."),
    socketConnections: channelCounter("socket_connections_total", "Receivers that were let in."),
    socketRefusals: new Counter({
      name: `${prefix}socket_refusals_total`,
      help: "Receivers that were not let in.",
      labelNames: ["code"],
      registers,
    }),
    delay: new Histogram({
      name: `${prefix}delivery_seconds`,
      help: "Seconds from commit to delivery.",
      labelNames: channel,
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
      registers,
    }),
  };
}

/** The gauges of a channel that is gone, or of all, say nothing any more. */
export function forgetGauges(metrics: Metrics, channel?: Record<ChannelLabel, string>): void {
  for (const gauge of [metrics.queuedBytes, metrics.spoolRows, metrics.failing]) {
    if (channel === undefined) gauge.reset();
    else gauge.remove(channel);
  }
}

type ChannelLabel = (typeof channel)[number];

export type Metrics = ReturnType<typeof createMetrics>;
