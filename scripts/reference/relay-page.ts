import type { z } from "zod";
import { settings } from "../../relay/config.ts";
import { createMetrics } from "../../relay/running/metrics.ts";

const introduction = `<!-- Made by \`npm run docs\` from relay/config.ts and relay/running/metrics.ts. -->
# Relay reference

## Settings
Each is an environment variable. One with \`_FILE\` at its end names a file that holds the value, as
secrets of containers do.
`;

export async function relayPage(): Promise<string> {
  const metrics = await createMetrics().registry.getMetricsAsJSON();
  return [
    introduction,
    table(["variable", "default", "meaning"], Object.entries(settings.shape).map(settingRow)),
    "OTEL_EXPORTER_OTLP_ENDPOINT and the other variables of OpenTelemetry turn traces on.\n",
    "## Metrics\nServed at `/metrics`. Labels are in braces.\n",
    table(
      ["metric", "type", "meaning"],
      metrics.map(({ name, type, help }) => [`\`${name}\``, String(type), help]),
    ),
  ].join("\n");
}

function settingRow([name, schema]: [string, z.ZodType]): string[] {
  const { success, data } = schema.safeParse(undefined);
  const fallback = success ? (Array.isArray(data) ? data.join(",") : data) : undefined;
  const needed = success
    ? fallback === undefined || fallback === ""
      ? ""
      : `\`${fallback}\``
    : "needed";
  return [`\`INTEGRATEDB_RELAY_${name}\``, needed, schema.description ?? ""];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return `${[line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
