import type { Row, Value } from "./shop.ts";

export type EventKind = "INSERT" | "UPDATE" | "DELETE" | "TRUNCATE";
export const allEvents: readonly EventKind[] = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"];

type Operand = Value | Readonly<Record<string, unknown>>;
/** As `where` of a match: a conjunction, or alternatives of them. */
export type Where =
  | Readonly<Record<string, Operand>>
  | readonly Readonly<Record<string, Operand>>[];

/** What one channel gets of one table. */
export interface Route {
  readonly channel: string;
  readonly table: string;
  readonly events: readonly EventKind[];
  /** Names; undefined: every column of the table. */
  readonly fields: readonly string[] | undefined;
  readonly where: Where | undefined;
}

export interface Subscription {
  /** Name of the notification and of its only channel. */
  readonly name: string;
  readonly stakeholder: string;
  readonly routes: readonly Route[];
  readonly config: object;
}

/** The spec of a notification. */
export function specOf({ routes, config }: Subscription): object {
  const match = routes.map(({ table, events, fields, where }) => ({
    path: `shop.${table}`,
    events: events.length === allEvents.length ? ["*"] : events,
    fields: fields ?? ["*"],
    ...(where !== undefined && { where }),
  }));
  return { match, channels: { sink: config } };
}

/** The oracle's own reading of a condition. */
export function selects(where: Where | undefined, row: Row): boolean {
  if (where === undefined) return true;
  const alternatives = Array.isArray(where) ? where : [where];
  return alternatives.some((tests: Readonly<Record<string, Operand>>) =>
    Object.entries(tests).every(([column, operand]) => holds(row[column] ?? null, operand)),
  );
}

function holds(value: Value, operand: Operand): boolean {
  if (operand === null || typeof operand !== "object") return compare(value, operand) === 0;
  return Object.entries(operand).every(([op, wanted]) => {
    if (op === "is_null") return (value === null) === wanted;
    if (value === null) return false;
    if (op === "in") return (wanted as Value[]).some((each) => compare(value, each) === 0);
    const order = compare(value, wanted as Value);
    if (op === "eq") return order === 0;
    if (op === "ne") return order !== 0;
    if (op === "lt") return order < 0;
    if (op === "lte") return order <= 0;
    if (op === "gt") return order > 0;
    if (op === "gte") return order >= 0;
    throw new Error(`the oracle does not know ${op}`);
  });
}

/** Columns of numbers are compared with numbers, all others with texts. */
function compare(value: Value, wanted: Value): number {
  if (value === null || wanted === null) return value === wanted ? 0 : Number.NaN;
  if (typeof wanted === "number") return Number(value) - wanted;
  return value === wanted ? 0 : value < wanted ? -1 : 1;
}
