import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { aligned } from "./printing.ts";

/** Columns as a claim's resource has them among its inputs. */
type Columns = Readonly<Record<string, { readonly type?: string; readonly nullable?: boolean }>>;

/** What Pulumi said it would do with our components, and the columns that claims gain or lose. */
export function outlook(events: readonly EngineEvent[]): string[] {
  const steps = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
  const made = steps
    .filter(({ op, type }) => op === "create" && type.startsWith("integratedb:index:"))
    .map(({ type, urn }) => ["+", kindOf(type), nameOf(urn)])
    .sort(([, one = ""], [, other = ""]) => order.indexOf(one) - order.indexOf(other));
  const claims = steps.filter(({ type }) => type === "pulumi-nodejs:dynamic/integratedb:Claim");
  const updated = claims
    .filter(({ op }) => op === "update")
    .map(({ new: claim }) => ["~", "Claim", String(claim?.inputs["name"])]);
  const changed = claims.flatMap(({ old, new: next }) =>
    columnChanges(old?.inputs["columns"] ?? {}, next?.inputs["columns"] ?? {}),
  );
  return [...aligned([...made, ...updated]), ...aligned(changed).map((text) => `    ${text}`)];
}

const order = ["Database", "Stakeholder", "Claim"];

function kindOf(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

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
