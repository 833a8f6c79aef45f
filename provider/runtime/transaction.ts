import { setTimeout as wait } from "node:timers/promises";
import type pg from "pg";
import type { Connection } from "./connection-form.ts";
import { isWorthRunningAgain } from "./database-errors.ts";
import { withClient } from "./pool.ts";

/** How long a transaction is tried again for, in milliseconds: an open migration may be in the way. */
const patience = 60_000;

/**
 * Runs `work` in one READ COMMITTED transaction. It is run again, after a short random wait, when
 * it fails for a conflict with other sessions (40001, 40P01, `tuple concurrently updated`), so it
 * must change nothing but the database. All settings are local to the transaction, so that a
 * pooler in transaction mode may stand between.
 *
 * @throws IntegrateDbError, after a rollback. IDB1109 when it is in conflict for a minute.
 */
export function transaction<T>(
  connection: Connection,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  return withClient(connection, (client) => repeated(() => once(client, "", work)));
}

/** Runs `work` in a transaction in which Postgres refuses every write. */
export function readOnly<T>(
  connection: Connection,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  return withClient(connection, (client) => repeated(() => once(client, " READ ONLY", work)));
}

/**
 * Runs one query in a transaction in which Postgres refuses every write, and waits for the network
 * only once: the previews of hundreds of claims run one after the other.
 */
export function readOnlyQuery<R extends pg.QueryResultRow>(
  connection: Connection,
  text: string,
  values: unknown[],
): Promise<R[]> {
  return withClient(connection, async (client) => {
    const [begun, result, ended] = await Promise.allSettled([
      client.query(begin(" READ ONLY")),
      client.query<R>(text, values),
      client.query("COMMIT"),
    ]);
    for (const step of [begun, result, ended]) {
      if (step.status === "rejected") throw step.reason;
    }
    return result.status === "fulfilled" ? result.value.rows : [];
  });
}

async function repeated<T>(run: () => Promise<T>): Promise<T> {
  const end = Date.now() + patience;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (Date.now() > end || !isWorthRunningAgain(error)) throw error;
      await wait(Math.min(25 * 2 ** attempt, 1_000) * Math.random());
    }
  }
}

async function once<T>(
  client: pg.ClientBase,
  mode: Mode,
  work: (client: pg.ClientBase) => Promise<T>,
): Promise<T> {
  try {
    await client.query(begin(mode));
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

type Mode = "" | " READ ONLY";

/**
 * The message that begins a transaction. READ WRITE is not insisted on: a server that an administrator made read-only stays so. A lock
 * that an open migration holds for over a minute is worth an error. Compiling the engine's queries
 * would take longer than running them. One message, for one wait on the network.
 */
export function begin(mode: Mode): string {
  return `BEGIN ISOLATION LEVEL READ COMMITTED${mode};
    SET LOCAL lock_timeout = '60s'; SET LOCAL jit = off`;
}
