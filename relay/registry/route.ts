/** What a notification can ask for. */
export type EventKind = "INSERT" | "UPDATE" | "DELETE" | "TRUNCATE";

/** A test of one column, with values as Postgres writes them. */
export interface Test {
  readonly column: string;
  readonly op: "eq" | "ne" | "lt" | "lte" | "gt" | "gte" | "in" | "is_null" | "not_null";
  readonly values: readonly string[];
  readonly compare: "text" | "number" | "instant";
}

/** An alternative of conjunctions: one of the lists must hold in full. */
export type Condition = readonly (readonly Test[])[];

/** That a channel gets the changes of a table: one row of `integratedb.routes(revision)`. */
export interface Route {
  readonly channelId: number;
  readonly stakeholder: string;
  readonly notification: string;
  readonly channel: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly schema: string;
  readonly table: string;
  readonly events: readonly EventKind[];
  /** Columns that an event may carry. */
  readonly columns: readonly string[];
  readonly condition: Condition | undefined;
}
