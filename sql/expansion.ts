import { functions } from "./source.ts";
import type { Queryable } from "./status.ts";

/** What putting a claim would do; `integratedb.preview()` documents it. */
export interface ClaimPreview {
  /** By `schema.table.column`; a table claimed without fields stands as `schema.table` with an empty object. */
  columns: Record<string, { type?: string; nullable?: boolean }>;
  problems: ClaimProblem[];
}

/** A place in a spec, and why the database cannot meet it. */
export interface ClaimProblem {
  /** As `match[0].fields[1]`. */
  property: string;
  code: string;
  message: string;
  path?: string;
  field?: string;
  problem?: string;
  expected?: string;
  actual?: string;
  /** The name that was probably meant. */
  near?: string;
}

/** Without an engine there is neither policy nor a stakeholder whose row security would matter. */
const withoutRegistry = new Map([
  ["permits", "true"],
  ["stakeholder_role", "null::oid"],
  ["reads_rows", "true"],
]);

/**
 * What `integratedb.preview(null, spec)` would return, in a database that has no engine yet: the same SQL text, its
 * functions put in place of their calls, so that nothing is made there. The client's search_path must be `pg_catalog`.
 */
export async function expandBeforeInstall(client: Queryable, spec: unknown): Promise<ClaimPreview> {
  const result = await client.query<{ preview: ClaimPreview }>(
    `select ${expansionQuery()} as preview`,
    [JSON.stringify(spec)],
  );
  const row = result.rows[0];
  if (row === undefined) throw new Error("a query without FROM has one row");
  return row.preview;
}

let query: string | undefined;

/** The expression behind `expandBeforeInstall`, of the spec as `$1`, for callers that plan it once for many specs. */
export function expansionQuery(): string {
  if (query === undefined) {
    const bodies = new Map(functions().map((file) => [file.name, body(file.text)]));
    query = inline("integratedb.preview(null::text, $1::jsonb)", bodies);
  }
  return query;
}

/** The statement between the dollar quotes of a function in SQL, or what a function in PL/pgSQL that only returns returns. */
function body(text: string): string {
  const statement = /^as \$\$\n([\s\S]*)^\$\$;/m.exec(text)?.[1]?.replace(/^\s*--.*$/gm, "") ?? "";
  return /^begin\s+return\b([\s\S]*);\s*end\s*$/.exec(statement)?.[1] ?? statement;
}

/** Replaces every call `integratedb.name(a, b)` by the function's body, with `$1`, `$2` replaced by the arguments.
 * An argument that names an alias must not meet the same alias inside the body. */
function inline(sql: string, bodies: ReadonlyMap<string, string>): string {
  const call = /integratedb\.([a-z_]+)\(/.exec(sql);
  if (call === null) return sql;
  const name = call[1] ?? "";
  const start = call.index + call[0].length;
  const { values, end } = callArguments(sql, start);
  const replacement =
    withoutRegistry.get(name) ??
    (bodies.get(name) ?? "").replace(
      /\$(\d+)/g,
      (_, number: string) => `(${values[Number(number) - 1]})`,
    );
  return inline(`${sql.slice(0, call.index)}(${replacement})${sql.slice(end)}`, bodies);
}

/** The arguments of a call whose parenthesis has just been opened, and the index after the closing one. */
function callArguments(sql: string, start: number): { values: string[]; end: number } {
  const values: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = start;
  for (let i = start; i < sql.length; i++) {
    const character = sql[i];
    if (character === "'") quoted = !quoted;
    else if (quoted) continue;
    else if (character === "(" || character === "[") depth++;
    else if (character === "]" || (character === ")" && depth > 0)) depth--;
    else if (depth === 0 && (character === "," || character === ")")) {
      values.push(sql.slice(from, i).trim());
      if (character === ")") return { values, end: i + 1 };
      from = i + 1;
    }
  }
  throw new Error("a call in the engine's SQL is not closed");
}
