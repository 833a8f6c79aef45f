import type { IntegrateDbError } from "../../sql/index.ts";
import { type Connection, toIntegrateDbError } from "./connection.ts";

/**
 * Databases that could not be reached in this process: with many claims, each of them would
 * otherwise wait for the same time-out again.
 */
const unreachable = new Map<string, IntegrateDbError>();

/** Databases that have no engine yet, or one that knows no notifications. */
const without = { claims: new Set<string>(), notifications: new Set<string>() };

/** Databases whose policy this operation changes, but, in a preview, has not changed. */
const policyToChange = new Set<string>();

/**
 * Asks a database, unless it was found to be out of reach.
 *
 * @throws IntegrateDbError if it is, or if it fails otherwise.
 */
export async function askedIfReachable<T>(
  connection: Connection,
  ask: () => Promise<T>,
): Promise<T> {
  const key = JSON.stringify(connection);
  const known = unreachable.get(key);
  if (known !== undefined) throw known;
  try {
    return await ask();
  } catch (error) {
    const failure = toIntegrateDbError(error, connection);
    if (/^IDB110[2-58]$/.test(failure.code)) unreachable.set(key, failure);
    throw failure;
  }
}

/**
 * Has the engine judge, or, where it is not installed yet or too old to know of such things,
 * something else. Whether it is there is found out once.
 */
export async function byEngineOr<T>(
  connection: Connection,
  judged: keyof typeof without,
  byEngine: () => Promise<T>,
  otherwise: () => Promise<T>,
): Promise<T> {
  const key = JSON.stringify(connection);
  if (without[judged].has(key)) return otherwise();
  try {
    return await byEngine();
  } catch (error) {
    if (toIntegrateDbError(error).code !== "IDB1111") throw error;
    without[judged].add(key);
    return otherwise();
  }
}

/** Lets the policy that is still in the database refuse no claim of this operation. */
export function policyWillChange(connection: Connection): void {
  policyToChange.add(JSON.stringify(connection));
}

/** Whether this operation changes the policy, and has not done so yet. */
export function isPolicyToChange(connection: Connection): boolean {
  return policyToChange.has(JSON.stringify(connection));
}

/** Makes the engine and the policy that are in the database judge from now on. */
export function databaseIsUpToDate(connection: Connection): void {
  const key = JSON.stringify(connection);
  without.claims.delete(key);
  without.notifications.delete(key);
  policyToChange.delete(key);
}
