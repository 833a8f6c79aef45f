import pg from "pg";
import { type ClaimPreview, expansionQuery, requireServerVersion } from "../../sql/index.ts";
import type { Connection } from "./connection-form.ts";
import { withClient } from "./pool.ts";
import { begin } from "./transaction.ts";

/** How long the transaction waits for another claim to preview, in milliseconds. */
const idleMilliseconds = 300;

/** A transaction in which the query is planned already. */
interface Session {
  readonly client: Promise<pg.ClientBase>;
  readonly close: () => void;
  running: number;
  idle?: NodeJS.Timeout;
}

const sessions = new Map<string, Session>();

/**
 * Previews a claim in a database that has no engine. Postgres takes many times longer to plan that
 * query than to run it, so claims that follow each other share one plan. It lives in one read-only
 * transaction and goes with it: a pooler in transaction mode may stand between.
 *
 * @throws what Postgres or the network threw.
 */
export async function plannedPreview(connection: Connection, spec: unknown): Promise<ClaimPreview> {
  const key = JSON.stringify(connection);
  const session = sessions.get(key) ?? openSession(connection, key);
  clearTimeout(session.idle);
  session.running += 1;
  try {
    const client = await session.client;
    const literal = pg.escapeLiteral(JSON.stringify(spec));
    const { rows } = await client.query<{ preview: ClaimPreview }>(
      `EXECUTE integratedb_preview (${literal})`,
    );
    return rows[0]?.preview ?? { columns: {}, problems: [] };
  } catch (error) {
    session.close();
    throw error;
  } finally {
    session.running -= 1;
    if (session.running === 0) session.idle = setTimeout(session.close, idleMilliseconds);
  }
}

function openSession(connection: Connection, key: string): Session {
  const opened = Promise.withResolvers<pg.ClientBase>();
  const closed = Promise.withResolvers<void>();
  const close = () => {
    sessions.delete(key);
    closed.resolve();
  };
  withClient(connection, async (client) => {
    await prepare(client);
    opened.resolve(client);
    await closed.promise;
    // One message, so that the plan is forgotten while the session is still ours.
    await client.query("ROLLBACK; DEALLOCATE integratedb_preview");
  }).catch(opened.reject);
  const session = { client: opened.promise, close, running: 0 };
  sessions.set(key, session);
  return session;
}

async function prepare(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: number; version: string }>(
    `select current_setting('server_version_num')::integer as number,
       current_setting('server_version') as version`,
  );
  if (rows[0] !== undefined) requireServerVersion(rows[0].number, rows[0].version);
  try {
    await client.query(
      `${begin(" READ ONLY")}; SET LOCAL search_path = pg_catalog;
       SET LOCAL plan_cache_mode = force_generic_plan;
       PREPARE integratedb_preview (jsonb) AS select ${expansionQuery()} as preview`,
    );
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
