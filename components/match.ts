import * as pulumi from "@pulumi/pulumi";
import { parsedDocument } from "./document.ts";

/** A table, or a choice of tables, and what is needed of it. */
export type MatchArgs = TableArgs | TableChoiceArgs;

/** A table and the columns of it that are needed. */
export interface TableArgs {
  /**
   * `schema.table`, or `schema.*` for all tables of a schema, then with fields `["*"]`. A name
   * that holds a dot is put in double quotes.
   */
  readonly path: pulumi.Input<string>;
  /**
   * Columns, or `["*"]` for all of them, also those added later.
   * @default none: the table must exist, and nothing of it can be read
   */
  readonly fields?: pulumi.Input<pulumi.Input<FieldArgs>[]>;
  /**
   * Whether the claim is also met without the table.
   * @default false
   */
  readonly optional?: pulumi.Input<boolean>;
}

/** Tables of which any one will do; all that exist can be read. */
export interface TableChoiceArgs {
  readonly alternatives: pulumi.Input<pulumi.Input<Omit<TableArgs, "optional">>[]>;
  /** @default false */
  readonly optional?: pulumi.Input<boolean>;
}

/** The name of a column, a column with the shape that it must have, or a choice of columns. */
export type FieldArgs = string | ColumnArgs | ColumnChoiceArgs;

/** A column and the shape that it must have; what is not stated is taken as it is now. */
export interface ColumnArgs {
  readonly name: pulumi.Input<string>;
  /** @example "varchar(40)" */
  readonly type?: pulumi.Input<string>;
  /** Length, in characters, that the column must at least hold. */
  readonly minLength?: pulumi.Input<number>;
  /** Whether it may hold NULL; `false` claims NOT NULL. */
  readonly isNullable?: pulumi.Input<boolean>;
  /**
   * Whether the claim is also met without the column.
   * @default false
   */
  readonly optional?: pulumi.Input<boolean>;
}

/** Columns of which any one will do. */
export interface ColumnChoiceArgs {
  readonly alternatives: pulumi.Input<pulumi.Input<string | Omit<ColumnArgs, "optional">>[]>;
  /** @default false */
  readonly optional?: pulumi.Input<boolean>;
}

/** Keys that the engine knows in snake_case. */
const engineKeys: Readonly<Record<string, string>> = {
  minLength: "min_length",
  isNullable: "is_nullable",
};

/** Turns the camelCase form into the one of the engine, which judges it. */
export function specMatch(
  match: pulumi.Input<pulumi.Input<MatchArgs>[]> | undefined,
): pulumi.Output<unknown> {
  return pulumi.output(match).apply((known) => inEngineForm(known));
}

/** The `match` of a document that may be known only later. Errors as `matchOfDocument`. */
export function documentMatch(
  document: pulumi.Input<string | object>,
  claim: string,
): pulumi.Output<unknown> {
  return pulumi.output(document).apply((given) => matchOfDocument(given, claim));
}

/**
 * The `match` of a document of the original format.
 *
 * @throws pulumi.ResourceError if it is no such document.
 */
export function matchOfDocument(document: string | object, claim: string): unknown {
  return parsedDocument(document, `the claim ${claim}`, ["match"])["match"];
}

/** Renames keys as deep as a spec goes; what lies deeper has a form that is refused anyway. */
function inEngineForm(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || depth === 32) return value;
  if (Array.isArray(value)) return value.map((each) => inEngineForm(each, depth + 1));
  const entries = Object.entries(value).map(([key, each]) => [
    engineKeys[key] ?? key,
    inEngineForm(each, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
