import { z } from "zod";

const lsn = z.string().regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/);

const row = z.looseObject({}).describe("Values by the names of their columns.");

const place = {
  commitLsn: lsn.describe("Position of the transaction's commit in the database's WAL."),
  commitTime: z.string().describe("When it was committed: ISO 8601 in UTC, with microseconds."),
  index: z.int().min(0).describe("Number of the change in its transaction."),
};

const change = {
  table: z.looseObject({ schema: z.string(), name: z.string() }),
  ...place,
  xid: z.int().min(0).describe("Id of the transaction, 32 bits."),
  tooLarge: z
    .array(z.string())
    .optional()
    .describe("Columns whose values are left out, since the event would be too large for JSON."),
};

const unchanged = z
  .array(z.string())
  .optional()
  .describe("Columns that did not change and whose values the database did not send.");

const inserted = z.looseObject({ ...change, new: row, unchanged });
const updated = z.looseObject({
  ...change,
  new: row,
  old: row.optional().describe("What the table's replica identity tells of the row before."),
  changed: z
    .array(z.string())
    .optional()
    .describe("Columns that changed; only where the whole old row is known."),
  unchanged,
});
const deleted = z.looseObject({ ...change, old: row });
const truncated = z.looseObject(change);
const gap = z.looseObject({
  ...place,
  gap: z.looseObject({
    afterLsn: lsn.describe("Up to here nothing was missed."),
    untilLsn: lsn.describe("From here on nothing is missed."),
    reason: z.string(),
  }),
});

const attributes = {
  specversion: z.literal("1.0"),
  id: z.string().min(1).describe("The same however often the event is sent."),
  source: z.string().min(1).describe("The database, as /integratedb/<name>."),
  subject: z
    .string()
    .describe("The table, and its key where the receiver may read it: public.orders/1042."),
  time: z.string().describe("When it was committed: ISO 8601 in UTC, with microseconds."),
  datacontenttype: z.literal("application/json"),
  dataschema: z.string(),
  partitionkey: z
    .string()
    .describe("Events of one row have the same; it tells nothing of the row."),
  sequence: z
    .string()
    .regex(/^[0-9A-F]{16}:\d{10}$/)
    .describe("Sorts as text in the order of commits."),
};

function event<T extends string, D extends z.ZodType>(type: T, data: D) {
  return z.looseObject({ ...attributes, type: z.literal(type), data });
}

/** Every event that IntegrateDB sends, in the structured form of CloudEvents 1.0. */
export const eventForm = z.discriminatedUnion("type", [
  event("integratedb.row.inserted", inserted),
  event("integratedb.row.updated", updated),
  event("integratedb.row.deleted", deleted),
  event("integratedb.table.truncated", truncated),
  event("integratedb.gap", gap),
]);

/** `data` of each of them. */
const dataForm = z.union([updated, inserted, deleted, gap, truncated]);

/** A value in JSON; docs/receivers.md has the form of each type. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A row as far as the receiver may read it. */
export type Row = { readonly [column: string]: JsonValue };

interface Attributes {
  readonly specversion: "1.0";
  /** The same however often the event is sent; unique within `source`. */
  readonly id: string;
  /** The database, as `/integratedb/<name>`. */
  readonly source: string;
  /** The table, and its key where the receiver may read it: `public.orders/1042`. */
  readonly subject: string;
  /** When it was committed: ISO 8601 in UTC, with microseconds. */
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly dataschema: string;
  /** Events of one row have the same; it tells nothing of the row. */
  readonly partitionkey: string;
  /** Sorts as text in the order of commits. */
  readonly sequence: string;
}

interface Place {
  /** Position of the transaction's commit in the WAL, as `0/16B3748`. */
  readonly commitLsn: string;
  readonly commitTime: string;
  /** Number of the change in its transaction, from 0. */
  readonly index: number;
}

interface Change extends Place {
  readonly table: { readonly schema: string; readonly name: string };
  /** Id of the transaction, 32 bits. */
  readonly xid: number;
  /** Columns whose values are left out, since the event would be too large for JSON. */
  readonly tooLarge?: readonly string[];
}

export interface InsertedEvent<R = Row> extends Attributes {
  readonly type: "integratedb.row.inserted";
  readonly data: Change & { readonly new: R; readonly unchanged?: readonly string[] };
}

export interface UpdatedEvent<R = Row> extends Attributes {
  readonly type: "integratedb.row.updated";
  readonly data: Change & {
    /** Without the columns in `unchanged`. */
    readonly new: R;
    /** What the replica identity tells: the key if it changed, or the whole row. */
    readonly old?: Partial<R>;
    /** Columns that changed; only where the whole old row is known. */
    readonly changed?: readonly string[];
    /** Columns that did not change and whose long values the database did not send. */
    readonly unchanged?: readonly string[];
  };
}

export interface DeletedEvent<R = Row> extends Attributes {
  readonly type: "integratedb.row.deleted";
  /** `old` has what the replica identity tells: the key, or the whole row. */
  readonly data: Change & { readonly old: Partial<R> };
}

export interface TruncatedEvent extends Attributes {
  readonly type: "integratedb.table.truncated";
  readonly data: Change;
}

/** Changes between two positions may have been missed: read the tables anew. */
export interface GapEvent extends Attributes {
  readonly type: "integratedb.gap";
  readonly data: Place & {
    readonly gap: { readonly afterLsn: string; readonly untilLsn: string; readonly reason: string };
  };
}

export type RowEvent<R = Row> = InsertedEvent<R> | UpdatedEvent<R> | DeletedEvent<R>;

/** What a receiver gets; `type` tells which. */
export type Event<R = Row> = RowEvent<R> | TruncatedEvent | GapEvent;

/**
 * The event, if it is of a row of that table, with the columns as in `R`. It is taken at its word:
 * what a column holds is what the database says.
 *
 * @param table as `public.orders`
 */
export function rowEventOf<R = Row>(event: Event<unknown>, table: string): RowEvent<R> | undefined {
  if (event.type === "integratedb.gap" || event.type === "integratedb.table.truncated") {
    return undefined;
  }
  const { schema, name } = event.data.table;
  return `${schema}.${name}` === table ? (event as RowEvent<R>) : undefined;
}

/** The JSON schema of an event; `data` alone has the anchor that events name as their `dataschema`. */
export function eventSchema(): Record<string, unknown> {
  const { $schema, ...whole } = z.toJSONSchema(eventForm);
  const { $schema: _, ...data } = z.toJSONSchema(dataForm);
  return {
    $schema,
    $id: "urn:integratedb:event:1",
    title: "An event of IntegrateDB",
    ...whole,
    $defs: { data: { $anchor: "data", ...data } },
  };
}
