import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { aligned } from "./printing.ts";

/** Columns as a claim's resource has them among its inputs. */
type Columns = Readonly<Record<string, { readonly type?: string; readonly nullable?: boolean }>>;

/** What Pulumi said it would do with our resources, and the columns that claims gain or lose. */
export function outlook(events: readonly EngineEvent[]): string[] {
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const claims = steps.filter(({ type }) => type === "pulumi-nodejs:dynamic/integratedb:Claim");
  const changed = claims.flatMap(({ old, new: next }) =>
    columnChanges(old?.inputs["columns"] ?? {}, next?.inputs["columns"] ?? {}),
  );
  const things = ["Database", "Stakeholder", "Claim", "Notification"].flatMap((kind) =>
    steps
      .filter(({ type }) => type === `pulumi-nodejs:dynamic/integratedb:${kind}`)
      .flatMap(({ op, urn }) => {
        const sign = signs[op];
        return sign === undefined ? [] : [[sign, kind, nameOf(urn)]];
      }),
  );
  return [...aligned(things), ...aligned(changed).map((text) => `    ${text}`)];
}

/** The name that the program gave: the resource in a component has a name that begins with it. */
function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2).replace(/-(engine|stakeholder)$/, "");
}

const signs: Readonly<Record<string, string>> = { create: "+", update: "~" };

function columnChanges(old: Columns, next: Columns): string[][] {
  const rows = (sign: string, from: Columns, beside: Columns) =>
    Object.entries(from)
      .filter(([column]) => !(column in beside))
      .map(([column, { type = "", nullable }]) => [
        sign,
        column,
        `${type}${nullable === false ? " not null" : ""}`,
      ]);
  return [...rows("-", old, next), ...rows("+", next, old)].sort(([, one = ""], [, other = ""]) =>
    one.localeCompare(other),
  );
}
