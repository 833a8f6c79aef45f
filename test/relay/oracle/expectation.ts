import type { Change, Committed } from "./log.ts";
import { isOutOfLine, type Row, type Table, table, type Value } from "./shop.ts";
import { type Route, selects } from "./subscription.ts";

type Form = "inserted" | "updated" | "deleted" | "truncated";

/** What an event tells, without where it stands. */
export interface Told {
  readonly type: string;
  readonly subject: string;
  readonly xid: string;
  readonly new?: Row;
  readonly old?: Row;
  readonly changed?: readonly string[];
  readonly unchanged?: readonly string[];
}

/** What the channel of a route is to be told of a change; undefined: nothing. */
export function toldOf(route: Route, change: Committed): Told | undefined {
  const form = formOf(route, change);
  if (form === undefined) return undefined;
  const shape = table(change.table);
  const fields = change.columns.filter((name) => route.fields?.includes(name) ?? true);
  if (form === "truncated") {
    return { type: "integratedb.table.truncated", subject: `shop.${shape.name}`, xid: change.xid };
  }
  return {
    type: `integratedb.row.${form}`,
    subject: subjectOf(shape, fields, change, form),
    xid: change.xid,
    ...dataOf(shape, fields, change, form),
  };
}

function formOf({ events, where }: Route, { kind, before, after }: Change): Form | undefined {
  if (kind === "TRUNCATE") return events.includes(kind) ? "truncated" : undefined;
  const isOfNewRows = !events.includes("UPDATE") && !events.includes("DELETE");
  if (kind === "UPDATE" && isOfNewRows) return undefined;
  const was = before !== undefined && selects(where, before);
  const is = after !== undefined && selects(where, after);
  if (was && is) return events.includes("UPDATE") ? "updated" : undefined;
  if (is) return events.includes("INSERT") ? "inserted" : undefined;
  return was && events.includes("DELETE") ? "deleted" : undefined;
}

/** The key is told if all of it may be seen. */
function subjectOf(
  { name, key }: Table,
  fields: readonly string[],
  { before, after }: Change,
  form: Form,
): string {
  if (!key.every((column) => fields.includes(column))) return `shop.${name}`;
  const row = form === "deleted" ? before : after;
  return [`shop.${name}`, ...key.map((column) => String(row?.[column]))].join("/");
}

function dataOf(
  { isFull, key }: Table,
  fields: readonly string[],
  { kind, before, after, setsBig }: Change,
  form: Form,
): Pick<Told, "new" | "old" | "changed" | "unchanged"> {
  const oldFields = isFull ? fields : fields.filter((name) => key.includes(name));
  if (form === "deleted") return { old: pick(before, oldFields) };
  const isUnsent = kind === "UPDATE" && !isFull && !setsBig && isOutOfLine(before?.["big"]);
  const unchanged: readonly string[] = isUnsent ? fields.filter((name) => name === "big") : [];
  const sent = fields.filter((name) => !unchanged.includes(name));
  const row = { new: pick(after, sent), ...(unchanged.length > 0 && { unchanged }) };
  if (form === "inserted") return row;
  const hasMoved = key.some((name) => before?.[name] !== after?.[name]);
  const old = isFull || hasMoved ? { old: pick(before, oldFields) } : {};
  const changed = fields.filter((name) => before?.[name] !== after?.[name]);
  return { ...row, ...old, ...(isFull && { changed }) };
}

function pick(row: Row | undefined, names: readonly string[]): Row {
  return Object.fromEntries(names.map((name): [string, Value] => [name, row?.[name] ?? null]));
}
