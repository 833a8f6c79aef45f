import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import type { Connection } from "./connection-form.ts";
import { isLost, isWorthConnectingAgain, toIntegrateDbError } from "./database-errors.ts";
import { chooseTls } from "./tls.ts";

/** Connections that one process opens to one database, however many resources it works on. */
const maxConnections = 4;
const idleMilliseconds = 10_000;
const connectAttempts = 6;

interface Entry {
  pool: pg.Pool;
  plainIfRefused: boolean;
}

const entries = new Map<string, Entry>();

/**
 * Runs `use` with a client of the process's pool for this connection. The pool opens at most four
 * connections, closes them soon after their last use and never keeps the process alive.
 *
 * @throws IntegrateDbError for every error of the network or of Postgres.
 */
export async function withClient<T>(
  connection: Connection,
  use: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  let client: pg.PoolClient | undefined;
  let broken = false;
  try {
    client = await connect(connection);
    return await use(client);
  } catch (error) {
    broken = isLost(error);
    throw toIntegrateDbError(error, connection);
  } finally {
    client?.release(broken);
  }
}

/** Closes all pools of the process, for programs that end without leaving their event loop. */
export async function closePools(): Promise<void> {
  const open = [...entries.values()];
  entries.clear();
  await Promise.all(open.map(({ pool }) => pool.end()));
}

async function connect(connection: Connection): Promise<pg.PoolClient> {
  const entry = entryOf(connection);
  for (let attempt = 1; ; attempt += 1) {
    const { pool } = entry;
    try {
      return await pool.connect();
    } catch (error) {
      const refusedTls = error instanceof Error && /does not support SSL/.test(error.message);
      if (refusedTls && entry.plainIfRefused) {
        // Others that waited for the same attempt may have replaced the pool already.
        if (entry.pool === pool) entry.pool = newPool(connection, false);
        continue;
      }
      if (attempt === connectAttempts || !isWorthConnectingAgain(error)) throw error;
      await wait(Math.min(2 ** attempt * 100, 2_000) * (0.5 + Math.random()));
    }
  }
}

function entryOf(connection: Connection): Entry {
  const key = JSON.stringify(connection);
  const known = entries.get(key);
  if (known !== undefined) return known;
  const { ssl, plainIfRefused } = chooseTls(connection);
  const entry = { pool: newPool(connection, ssl), plainIfRefused };
  entries.set(key, entry);
  return entry;
}

function newPool(connection: Connection, ssl: pg.ClientConfig["ssl"]): pg.Pool {
  const config: pg.ClientConfig = {
    host: connection.host,
    port: connection.port,
    user: connection.user,
    password: connection.password,
    database: connection.database,
    options: connection.options,
    ssl,
    application_name: "integratedb",
    keepAlive: true,
    pipeline: true,
    connectionTimeoutMillis: (connection.connectTimeout ?? 10) * 1_000,
  };
  // The time-out is the client's: the pool's own would count the wait for one's turn as well.
  class Client extends pg.Client {
    constructor() {
      super(config);
    }
  }
  const pool = new pg.Pool({
    max: maxConnections,
    idleTimeoutMillis: idleMilliseconds,
    allowExitOnIdle: true,
    Client,
  });
  // A connection that the server closes says so by an event as well as by its query's error:
  // without a listener the event would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
  });
  return pool;
}
