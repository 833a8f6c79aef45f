import type { z } from "zod";
import { kafkaOptions } from "../../relay/channels/kafka-options.ts";
import { natsOptions } from "../../relay/channels/nats-options.ts";
import { rabbitMqOptions } from "../../relay/channels/rabbitmq-options.ts";
import { redisOptions } from "../../relay/channels/redis-options.ts";
import { snsOptions } from "../../relay/channels/sns-options.ts";
import { socketOptions } from "../../relay/channels/socket-options.ts";
import { sqsOptions } from "../../relay/channels/sqs-options.ts";
import { webhookOptions } from "../../relay/channels/webhook-options.ts";
import { settings } from "../../relay/config.ts";
import { createMetrics } from "../../relay/running/metrics.ts";

const introduction = `<!-- Made by \`npm run docs\` from relay/config.ts, relay/running/metrics.ts and relay/channels/. -->
# Relay reference

How a relay is run is in [operators](operators.md).

## Settings
Each is an environment variable. One with \`_FILE\` at its end names a file that holds the value, as
secrets of containers do.
`;

/** In the order of docs/concepts.md. */
const channels: Readonly<Record<string, z.ZodObject>> = {
  webhook: webhookOptions,
  socket: socketOptions,
  redis: redisOptions,
  nats: natsOptions,
  rabbitmq: rabbitMqOptions,
  kafka: kafkaOptions,
  sqs: sqsOptions,
  sns: snsOptions,
};

const channelIntroduction = `## Options of channels
As they stand in a spec; in a Pulumi program they are in camelCase. Every channel also has
\`give_up_after_seconds\` (\`86400\`): seconds after which an event that could not be delivered becomes a
dead letter. Secrets are sealed, see [concepts](concepts.md#secrets-of-channels-and-the-relays-key).
`;

export async function relayPage(): Promise<string> {
  return [
    introduction,
    table(
      ["variable", "default", "meaning"],
      Object.entries(settings.shape).map(([name, schema]) =>
        optionRow(`INTEGRATEDB_RELAY_${name}`, schema),
      ),
    ),
    "OTEL_EXPORTER_OTLP_ENDPOINT and the other variables of OpenTelemetry turn traces on.\n",
    channelIntroduction,
    ...Object.entries(channels).flatMap(([type, { shape }]) => [
      `### ${type}`,
      table(
        ["option", "default", "meaning"],
        Object.entries(shape).map(([name, schema]) => optionRow(name, schema as z.ZodType)),
      ),
    ]),
    "## Metrics\nServed at `/metrics`. Labels are in braces.\n",
    table(["metric", "type", "meaning"], await metricRows()),
  ].join("\n");
}

function optionRow(name: string, schema: z.ZodType): string[] {
  const { success, data } = schema.safeParse(undefined);
  const fallback = Array.isArray(data) ? data.join(",") : data;
  const given = fallback === undefined || fallback === "" ? "" : `\`${fallback}\``;
  return [`\`${name}\``, success ? given : "needed", schema.description ?? ""];
}

async function metricRows(): Promise<string[][]> {
  const { registry } = createMetrics();
  const described = await registry.getMetricsAsJSON();
  return described.map(({ name, type, help }) => {
    const metric = registry.getSingleMetric(name);
    // The library has the labels, and not in its types.
    const labels: readonly string[] =
      metric && "labelNames" in metric ? Object(metric).labelNames : [];
    const suffix = labels.length > 0 ? `{${labels.join(", ")}}` : "";
    return [`\`${name}${suffix}\``, String(type), help];
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
