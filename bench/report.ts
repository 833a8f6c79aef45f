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

/** One line for each goal that is missed, or one that says that none is. */
export function verdict(figures: readonly Figure[]): string {
  const judged = figures.filter(({ met }) => met !== null);
  const missed = judged.filter(({ met }) => !met);
  if (missed.length === 0) return `All ${judged.length} goals are met.`;
  const lines = missed.map(({ name, value, unit, ratio, goal }) => {
    const found = goal?.startsWith("ratio") ? `ratio ${ratio}` : `${value} ${unit}`;
    return `missed: ${name}: ${found}, goal ${goal?.replace("<=", "≤")}`;
  });
  return [...lines, `${missed.length} of ${judged.length} goals are missed.`].join("\n");
}
