import pg from "pg";
import { install } from "../sql/index.ts";
import { type Postgres, startPostgres } from "../test/postgres.ts";
import { claim, stakeholders } from "./claims.ts";
import { note } from "./progress.ts";
import { createTables } from "./tables.ts";

export const validate = "select integratedb_validate_migration()";

/** A database with the engine, a thousand tables, and claims that grow in number. */
export interface Registry {
  /** The superuser, in the session in which the claims were put. */
  readonly client: pg.Client;
  /** A session that has done nothing yet. */
  connect(): Promise<pg.Client>;
  /** Puts claims until there are so many, and makes sure that they are enforced. */
  grow(claims: number): Promise<void>;
  stop(): Promise<void>;
}

/** Claims that are put in one transaction: its round trips would only add to the wait. */
const batchSize = 500;

/** Starts a server of its own and fills it. */
export async function startRegistry(version: number): Promise<Registry> {
  // What autovacuum does in its own time is done here at once, and then not in between.
  const postgres = await startPostgres(version, { settings: { autovacuum: "off" } });
  try {
    return await filledRegistry(postgres);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

async function filledRegistry(postgres: Postgres): Promise<Registry> {
  const url = await postgres.createDatabase("bench");
  const connect = async () => {
    const session = new pg.Client({ connectionString: url });
    await session.connect();
    return session;
  };
  const client = await connect();
  await install(client);
  await createTables(client);
  await client.query("select integratedb.put_stakeholder(name) from unnest($1::text[]) name", [
    stakeholders,
  ]);
  let size = 0;
  return {
    client,
    connect,
    grow: async (claims) => {
      if (claims <= size) return;
      note(`putting ${claims - size} claims`);
      for (; size < claims; size = Math.min(claims, size + batchSize)) {
        await putClaims(client, size, Math.min(claims, size + batchSize));
        await client.query("vacuum analyze");
      }
      await requireEnforcement(client, claims);
    },
    stop: async () => {
      await client.end();
      await postgres.stop();
    },
  };
}

async function putClaims(client: pg.Client, from: number, to: number): Promise<void> {
  const claims = Array.from({ length: to - from }, (_, index) => claim(from + index));
  await client.query(
    `select integratedb.put_claim(c.stakeholder, c.name, c.spec)
     from jsonb_to_recordset($1) c(stakeholder text, name text, spec jsonb)`,
    [JSON.stringify(claims)],
  );
}

/** Makes sure that all claims are met and granted, and that a migration that breaks one is refused. */
async function requireEnforcement(client: pg.Client, claims: number): Promise<void> {
  const { rows } = await client.query(
    `select integratedb_validate_migration() as validated, integratedb_sync() as unmet,
       (select count(*)::integer from integratedb.claims where is_met) as met,
       (select count(*)::integer from integratedb.claimed_columns c
        join integratedb.stakeholders s on s.stakeholder = c.stakeholder
        where not has_column_privilege(s.role_name, c.path, c.field, 'select')) as ungranted`,
  );
  const found = JSON.stringify(rows[0]);
  const expected = JSON.stringify({ validated: 0, unmet: 0, met: claims, ungranted: 0 });
  if (found !== expected) throw new Error(`The registry is not as it should be: ${found}`);
  for (const number of [0, Math.floor(claims / 2), claims - 1]) {
    const { name, spec } = claim(number);
    const [match] = spec.match as [{ path: string }];
    await client.query("begin");
    await client.query(`alter table ${match.path} drop column c5`);
    const refusal: unknown = await client.query(validate).catch((error: unknown) => error);
    await client.query("rollback");
    if (!(refusal instanceof Error) || !refusal.message.includes(`claim ${name})`)) {
      throw new Error(`A migration that breaks ${name} was not refused: ${String(refusal)}`);
    }
  }
}
