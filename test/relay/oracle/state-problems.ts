import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { keyOf, type Row, tables } from "./shop.ts";
import type { ShopState } from "./state.ts";

/** Where the oracle itself is wrong about what is in the database. */
export async function stateProblems(client: pg.ClientBase, state: ShopState): Promise<string[]> {
  const problems: string[] = [];
  for (const table of tables.filter(({ key }) => key.length > 0)) {
    const { rows } = await client.query<Row>(`SELECT * FROM shop.${table.name}`);
    const expected = state.rows(table.name);
    for (const row of rows) {
      const known = expected.get(keyOf(table, row));
      if (!isDeepStrictEqual({ ...row }, sameOrder(row, known))) {
        problems.push(`the oracle is wrong about ${table.name} ${keyOf(table, row)}`);
      }
    }
    if (rows.length !== expected.size) {
      problems.push(`the oracle counts ${expected.size} rows of ${table.name}, not ${rows.length}`);
    }
  }
  return problems;
}

function sameOrder(row: Row, known: Row | undefined): Row | undefined {
  return known && Object.fromEntries(Object.keys(row).map((name) => [name, known[name] ?? null]));
}
