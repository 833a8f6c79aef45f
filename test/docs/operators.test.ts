import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { createProgram } from "../../cli/program.ts";
import { settings } from "../../relay/config.ts";
import { createMetrics } from "../../relay/running/metrics.ts";
import { errors } from "../../sql/index.ts";

const page = await readFile(new URL("../../docs/operators.md", import.meta.url), "utf8");

/** What a pattern's group finds on the page, each once. */
function found(pattern: RegExp): string[] {
  return [...new Set([...page.matchAll(pattern)].map(([, text = ""]) => text))];
}

test("every code of the relay and its channels is in the runbook", () => {
  const codes = Object.keys(errors).filter((code) => /^IDB4[01]/.test(code));
  expect(codes.filter((code) => !page.includes(code))).toEqual([]);
});

test("every code, setting and metric on the page exists", () => {
  const names = createMetrics()
    .registry.getMetricsAsArray()
    .flatMap(({ name }) => [name, `${name}_bucket`]);
  expect(found(/\b(IDB\d{4})/g).filter((code) => !(code in errors))).toEqual([]);
  expect(found(/\b(integratedb_relay_\w+)/g).filter((name) => !names.includes(name))).toEqual([]);
  const variables = found(/\bINTEGRATEDB_RELAY_(\w+)/g).map((name) => name.replace(/_FILE$/, ""));
  expect(variables.filter((name) => !(name in settings.shape))).toEqual([]);
});

test("every metric that tells of trouble has an alarm, and every alarm says what to do", () => {
  const rules = page.match(/```yaml\ngroups:[\s\S]*?```/)?.[0] ?? "";
  for (const name of [
    "active",
    "lag_seconds",
    "lag_bytes",
    "reconnects_total",
    "channel_failing",
    "spool_events",
    "spool_full",
    "dead_letters_total",
    "delivery_seconds",
    "events_retried_total",
  ]) {
    expect(rules).toContain(`integratedb_relay_${name}`);
  }
  const alarms = [...rules.matchAll(/alert: (\w+)/g)].map(([, alarm]) => alarm);
  expect(alarms.filter((alarm) => !new RegExp(`^\\| ${alarm} `, "m").test(page))).toEqual([]);
});

test("every command on the page is one of integratedb, with options that it has", () => {
  const program = createProgram({ stdout: process.stdout }, async () => undefined);
  const commands = found(/\bintegratedb ((?:dlq|relay) [a-z-]+|[a-z]+\b)(?=[ \n`])/g).filter(
    (name) => !/^(relay|dlq)$/.test(name),
  );
  const options = found(/npx integratedb ([^`\n]*)/g);
  expect(commands.length).toBeGreaterThan(5);
  for (const line of [...commands, ...options]) {
    let command = program;
    for (const word of line
      .split(" ")
      .filter((each) => /^[a-z]/.test(each))
      .slice(0, 2)) {
      command = command.commands.find((each) => each.name() === word) ?? command;
    }
    expect(command, line).not.toBe(program);
    const flags = command.options.map(({ long }) => long);
    for (const [flag] of line.matchAll(/--[a-z-]+/g)) expect(flags, line).toContain(flag);
  }
});
