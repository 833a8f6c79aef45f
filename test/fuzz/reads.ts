import type pg from "pg";
import { Disagreement } from "./case.ts";
import type { Catalog } from "./catalog.ts";
import { quoted, quotedPath } from "./names.ts";

/** Makes, for this session, the function with which one question asks many. */
export async function prepareReads(client: pg.ClientBase): Promise<void> {
  await client.query(`
    CREATE FUNCTION pg_temp.states_as(reader text, queries text[]) RETURNS text[] LANGUAGE plpgsql AS $$
    DECLARE
      states text[] := '{}';
      query text;
    BEGIN
      PERFORM set_config('role', reader, true);
      FOREACH query IN ARRAY queries LOOP
        BEGIN
          EXECUTE query;
          states := states || '00000'::text;
        EXCEPTION WHEN OTHERS THEN
          states := states || SQLSTATE::text;
        END;
      END LOOP;
      PERFORM set_config('role', 'none', true);
      RETURN states;
    END
    $$`);
}

/** As the stakeholder's role: its columns can be selected together, and each other one is refused with 42501. */
export async function compareReads(
  client: pg.ClientBase,
  stakeholder: string,
  readable: ReadonlyMap<string, ReadonlySet<string>>,
  catalog: Catalog,
): Promise<void> {
  const asked = [...catalog.relations].flatMap(([path, { columns }]) => {
    const granted = [...columns.keys()].filter((name) => readable.get(path)?.has(name));
    const hidden = [...columns.keys()].filter((name) => !readable.get(path)?.has(name));
    return [
      ...(granted.length > 0 ? [{ query: select(path, granted), expected: "00000" }] : []),
      ...hidden.map((name) => ({ query: select(path, [name]), expected: "42501" })),
    ];
  });
  const { rows } = await client.query<{ states: string[] }>(
    "SELECT pg_temp.states_as($1, $2) AS states",
    [stakeholder, asked.map(({ query }) => query)],
  );
  for (const [index, { query, expected }] of asked.entries()) {
    const state = rows[0]?.states[index];
    if (state === expected) continue;
    const about = expected === "42501" ? "leak" : "read";
    throw new Disagreement(about, `${stakeholder} runs ${query}: ${state}, not ${expected}`);
  }
}

function select(path: string, columns: readonly string[]): string {
  return `SELECT ${columns.map(quoted).join(", ")} FROM ${quotedPath(path)}`;
}
