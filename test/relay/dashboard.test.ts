import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createMetrics } from "../../relay/running/metrics.ts";

interface Dashboard {
  readonly templating: { readonly list: readonly { readonly name: string; query: string }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  }[];
}

const file = new URL("../../relay/dashboard.json", import.meta.url);
const { panels, templating }: Dashboard = JSON.parse(readFileSync(file, "utf8"));
const targets = panels.flatMap(({ targets = [] }) => targets);

/** Names of the series that Prometheus has, with their type and labels. */
const series = new Map<string, { readonly type: string; readonly labels: readonly string[] }>();
for (const metric of createMetrics().registry.getMetricsAsArray()) {
  const { name, type, labelNames } = metric as unknown as Described;
  const parts = type === "histogram" ? ["_bucket", "_sum", "_count"] : [""];
  for (const part of parts) {
    const own = part === "_bucket" ? ["le"] : [];
    series.set(name + part, { type, labels: [...labelNames, ...own] });
  }
}

/** As prom-client's metrics have it, and its types have not. */
interface Described {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

/** The metrics of an expression, each with the labels that its selector names. */
function selected(expression: string): { name: string; labels: string[] }[] {
  return [...expression.matchAll(/(integratedb_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = "", matchers = ""]) => ({
      name,
      labels: [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = ""]) => label),
    }),
  );
}

test("every query of the dashboard is of metrics and labels that the relay has", () => {
  const queries = [
    ...targets.map(({ expr }) => expr),
    ...templating.list.map((each) => each.query),
  ];
  const wrong = queries.flatMap((query) =>
    selected(query).flatMap(({ name, labels }) => {
      const known = series.get(name);
      if (known === undefined) return [`${name} in ${query}`];
      const grouped = [...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) =>
        list.split(/, */),
      );
      return [...labels, ...grouped]
        .filter((label) => !known.labels.includes(label))
        .map((label) => `${label} of ${name} in ${query}`);
    }),
  );
  expect(wrong).toEqual([]);
  expect(targets.every(({ expr }) => selected(expr).length > 0)).toBe(true);
});

test("every counter is shown by its rate, and every metric is shown", () => {
  const shown = targets.flatMap(({ expr }) => selected(expr).map(({ name }) => name));
  for (const { expr } of targets) {
    for (const { name } of selected(expr)) {
      if (series.get(name)?.type === "gauge") continue;
      expect(expr).toMatch(new RegExp(`(rate|increase)\\(${name}`));
    }
  }
  const bases = new Set(shown.map((name) => name.replace(/_bucket$/, "")));
  const names = new Set([...series.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, "")));
  expect([...names].filter((name) => !bases.has(name))).toEqual([]);
});

test("a legend names only labels that are left after the grouping", () => {
  for (const { expr, legendFormat } of targets) {
    const grouped = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(/, */) ?? [];
    const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
    expect(grouped).toEqual(expect.arrayContaining(named));
  }
});

test("panels have ids of their own", () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});
