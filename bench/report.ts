import { availableParallelism, loadavg } from "node:os";
import Table from "cli-table3";
import type { Figure } from "./figure.ts";

/** A table for people. */
export function table(figures: readonly Figure[]): string {
  const text = new Table({
    head: ["figure", "value", "floor", "ratio", "goal", "met"],
    colAligns: ["left", "right", "right", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const { name, value, unit, floor, ratio, goal, met } of figures) {
    text.push([
      name,
      `${value} ${unit}`.trim(),
      floor === null ? "" : String(floor),
      ratio === null ? "" : String(ratio),
      goal === null ? "" : goal.replace("<=", "≤"),
      met === null ? "" : met ? "yes" : "NO",
    ]);
  }
  return text.toString();
}

/**
 * One line for each goal that is missed, or one that says that none is; and a warning if the machine
 * had other things to do, which makes times longer, and ratios only less exact.
 */
export function verdict(figures: readonly Figure[]): string {
  return [...judgement(figures), ...warning()].join("\n");
}

function warning(): string[] {
  const [, load = 0] = loadavg();
  const cpus = availableParallelism();
  if (load < cpus * 1.5) return [];
  return [
    `The machine was busy (load ${load.toFixed(1)} on ${cpus} CPUs): times are too long, compare ratios.`,
  ];
}

function judgement(figures: readonly Figure[]): string[] {
  const judged = figures.filter(({ met }) => met !== null);
  const missed = judged.filter(({ met }) => !met);
  if (missed.length === 0) return [`All ${judged.length} goals are met.`];
  const lines = missed.map(({ name, value, unit, ratio, goal }) => {
    const found = goal?.startsWith("ratio") ? `ratio ${ratio}` : `${value} ${unit}`.trim();
    return `missed: ${name}: ${found}, goal ${goal?.replace("<=", "≤")}`;
  });
  return [...lines, `${missed.length} of ${judged.length} goals are missed.`];
}
