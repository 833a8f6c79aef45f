import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { IntegrateDbError } from "../../sql/errors.ts";
import { parseConnection, readOnlyQuery } from "./connection.ts";
import { hasChanged } from "./input-change.ts";
import { hasUnknown } from "./unknown.ts";

/** Where a resource is: how to connect, and the engine that it was put into. */
export interface Placed {
  readonly connection: unknown;
  /** As `engineOf` answers. The first states of release 0.1.0 have none. */
  readonly engine?: string | undefined;
}

const engineQuery =
  "select extract(epoch from installed_at)::text as engine from integratedb.installation";

/**
 * What tells one engine from all others: the moment at which it was installed, in seconds with
 * their millionths. An upgrade leaves it as it is, and so does what gives a database another
 * address and must replace nothing: a failover, a restore, a pooler.
 */
export async function engineOf(client: pg.ClientBase): Promise<string | undefined> {
  const { rows } = await client.query<{ engine: string }>(engineQuery);
  return rows[0]?.engine;
}

/**
 * The answer of a `diff`. A connection that leads to another engine replaces the resource, since
 * an update would leave behind what it made with the old one. The server is asked only where host,
 * port or database differ.
 *
 * @throws IntegrateDbError if it has to be asked and cannot be.
 */
export async function changesOf(
  olds: Placed,
  news: Placed,
  inputs: readonly string[],
): Promise<{ changes: boolean; replaces: string[] }> {
  const replaces = (await hasMoved(olds, news)) ? ["connection"] : [];
  return { changes: hasChanged({ ...olds }, { ...news }, inputs), replaces };
}

async function hasMoved(olds: Placed, { connection }: Placed): Promise<boolean> {
  if (olds.engine === undefined || isDeepStrictEqual(olds.connection, connection)) return false;
  if (hasUnknown(connection) || addressOf(olds.connection) === addressOf(connection)) return false;
  return (await engineAt(connection)) !== olds.engine;
}

/** Undefined where it cannot be read: a certificate that an old connection names may be gone. */
function addressOf(connection: unknown): string | undefined {
  try {
    const { host, port, database } = parseConnection(connection);
    return JSON.stringify([host, port, database]);
  } catch {
    return undefined;
  }
}

async function engineAt(connection: unknown): Promise<string | undefined> {
  try {
    const [found] = await readOnlyQuery<{ engine: string }>(
      parseConnection(connection),
      engineQuery,
      [],
    );
    return found?.engine;
  } catch (error) {
    // There is no engine, or not even the database yet.
    if (error instanceof IntegrateDbError && /^IDB1(104|111)$/.test(error.code)) return undefined;
    throw error;
  }
}
