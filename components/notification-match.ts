import * as pulumi from "@pulumi/pulumi";

/** Changes of a table: which events, of which rows, and what an event carries. */
export interface ChangeArgs {
  /**
   * `schema.table`, or `schema.*` for all tables of a schema, then with fields `["*"]`. A name
   * that holds a dot is put in double quotes.
   */
  readonly path: pulumi.Input<string>;
  /**
   * What happens to a row.
   * @default ["*"], all of INSERT, UPDATE, DELETE and TRUNCATE
   */
  readonly events?: pulumi.Input<pulumi.Input<"INSERT" | "UPDATE" | "DELETE" | "TRUNCATE" | "*">[]>;
  /**
   * Columns that an event carries, which the stakeholder must claim; `["*"]` for all that it claims
   * of the table.
   * @default none
   */
  readonly fields?: pulumi.Input<pulumi.Input<string | { readonly name: pulumi.Input<string> }>[]>;
  /**
   * Names of the channels that get the events.
   * @default ["*"], all
   */
  readonly channels?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Which rows: tests by column, all of which a row must pass, or a list of such, of which it must
   * pass one. A row that an update makes pass is delivered as inserted, and one that it makes fail
   * as deleted.
   * @example { status: "open", total: { gte: 100 } }
   * @default all rows
   */
  readonly where?: pulumi.Input<
    Record<string, pulumi.Input<TestArgs>> | pulumi.Input<Record<string, pulumi.Input<TestArgs>>>[]
  >;
}

/** A value, in a form that Postgres can read as one of the column's type. */
export type ColumnValue = string | number | boolean;

/** What the column must be: a value, `null`, or the result of a comparison. */
export type TestArgs = ColumnValue | null | ComparisonArgs;

/** One comparison. The order of values is that of numbers, dates and points in time. */
export type ComparisonArgs =
  | { readonly eq: ColumnValue }
  | { readonly ne: ColumnValue }
  | { readonly lt: ColumnValue }
  | { readonly lte: ColumnValue }
  | { readonly gt: ColumnValue }
  | { readonly gte: ColumnValue }
  | { readonly in: readonly ColumnValue[] }
  | { readonly isNull: boolean };

/** Turns the camelCase form into the one of the engine, which judges it. */
export function specChanges(
  match: pulumi.Input<pulumi.Input<ChangeArgs>[]>,
): pulumi.Output<unknown> {
  return pulumi
    .output(match)
    .apply((known: unknown) => (Array.isArray(known) ? known.map(inEngineForm) : known));
}

function inEngineForm(change: unknown): unknown {
  if (!isObject(change) || change["where"] === undefined) return change;
  const where = change["where"];
  const renamed = Array.isArray(where) ? where.map(testsInEngineForm) : testsInEngineForm(where);
  return { ...change, where: renamed };
}

/** Keys of tests are names of columns, which stay as they are. */
function testsInEngineForm(tests: unknown): unknown {
  if (!isObject(tests)) return tests;
  const entries = Object.entries(tests).map(([column, test]) => {
    if (!isObject(test) || !("isNull" in test)) return [column, test];
    const { isNull, ...rest } = test;
    return [column, { ...rest, is_null: isNull }];
  });
  return Object.fromEntries(entries);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
