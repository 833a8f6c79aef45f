import { printable } from "./terminal.ts";

/** An event for people, in one line: when, what, where, and what it carries. */
export function eventLine(text: string): string {
  const event = asObject(parsed(text));
  const { time, type, subject } = event;
  const data = asObject(event["data"]);
  const carried = data["new"] ?? data["old"] ?? data["gap"];
  const kind = typeof type === "string" ? type.replace(/^integratedb\.(row\.|table\.)?/, "") : "?";
  const parts = [time, kind, subject, carried === undefined ? undefined : JSON.stringify(carried)];
  return printable(parts.filter((part) => typeof part === "string").join("  "));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
