import type pg from "pg";

/** The public half of the relay's key; undefined if none is set. */
export async function relayKeyIn(client: pg.ClientBase): Promise<string | undefined> {
  const { rows } = await client.query<{ key: string | null }>(
    "select integratedb.relay_key() as key",
  );
  return rows[0]?.key ?? undefined;
}
