import pg from "pg";
import { install } from "../../sql/install.ts";
import type { Postgres } from "../postgres.ts";
import { Stage } from "./stage.ts";

const template = "engine_template";
const database = "story";

/** Makes the database that every story starts from. */
export async function prepareArena(postgres: Postgres): Promise<void> {
  const client = new pg.Client({ connectionString: await postgres.createDatabase(template) });
  await client.connect();
  try {
    await install(client);
  } finally {
    await client.end();
  }
}

/** Plays on a stage of its own, and clears everything away afterwards, roles too. */
export async function inArena<T>(
  postgres: Postgres,
  play: (stage: Stage) => Promise<T>,
): Promise<T> {
  const admin = new pg.Client({ connectionString: postgres.adminUrl });
  await admin.connect();
  try {
    await clear(admin);
    await admin.query(`CREATE DATABASE ${database} TEMPLATE ${template}`);
    const client = new pg.Client({ connectionString: postgres.url(database) });
    await client.connect();
    try {
      return await play(new Stage(client));
    } finally {
      await client.end();
    }
  } finally {
    await admin.end();
  }
}

async function clear(admin: pg.Client): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${database}`);
  const { rows } = await admin.query(
    "SELECT format('DROP ROLE %I', rolname) AS drop FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres'",
  );
  for (const { drop } of rows) await admin.query(drop);
}
