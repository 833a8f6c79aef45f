import { IntegrateDbError } from "../../sql/index.ts";
import { type Connection, readOnlyQuery, toIntegrateDbError } from "./connection.ts";
import { plannedPreview } from "./planned-preview.ts";

/** What putting a claim would do: what it covers, and each problem at its property. */
export interface Outlook {
  readonly columns: Readonly<Record<string, unknown>>;
  readonly problems: readonly {
    readonly property: string;
    readonly code: string;
    readonly message: string;
  }[];
}

/**
 * Databases that could not be reached, or that have no engine yet, in this process: with many
 * claims, each of them would otherwise wait for the same time-out again.
 */
const unreachable = new Map<string, IntegrateDbError>();
const withoutEngine = new Set<string>();

/** Databases whose policy this operation changes, but, in a preview, has not changed. */
const policyToChange = new Set<string>();

/**
 * Judges a claim in the database without changing anything, by the engine, or by the same SQL
 * text where the engine is not installed yet.
 *
 * @throws IntegrateDbError if the database cannot be asked.
 */
export async function previewClaim(
  connection: Connection,
  stakeholder: string,
  spec: unknown,
): Promise<Outlook> {
  const key = JSON.stringify(connection);
  const known = unreachable.get(key);
  if (known !== undefined) throw known;
  try {
    if (!withoutEngine.has(key)) {
      const outlook = await byEngine(connection, stakeholder, spec);
      if (outlook !== undefined) return withoutOldPolicy(outlook, key);
      withoutEngine.add(key);
    }
    return await plannedPreview(connection, spec);
  } catch (error) {
    const failure = toIntegrateDbError(error, connection);
    if (/^IDB110[2-58]$/.test(failure.code)) unreachable.set(key, failure);
    throw failure;
  }
}

/** Lets the policy that is still in the database refuse no claim of this operation. */
export function policyWillChange(connection: Connection): void {
  policyToChange.add(JSON.stringify(connection));
}

/** Makes claims be judged by the engine and the policy that are in the database from now on. */
export function databaseIsUpToDate(connection: Connection): void {
  withoutEngine.delete(JSON.stringify(connection));
  policyToChange.delete(JSON.stringify(connection));
}

function withoutOldPolicy(outlook: Outlook, key: string): Outlook {
  if (!policyToChange.has(key)) return outlook;
  return { ...outlook, problems: outlook.problems.filter(({ code }) => code !== "IDB2005") };
}

async function byEngine(
  connection: Connection,
  stakeholder: string,
  spec: unknown,
): Promise<Outlook | undefined> {
  try {
    const rows = await readOnlyQuery<{ outlook: Outlook }>(
      connection,
      "select integratedb.preview($1, $2) as outlook",
      [stakeholder, spec],
    );
    return rows[0]?.outlook;
  } catch (error) {
    if (error instanceof IntegrateDbError && error.code === "IDB1111") return undefined;
    throw error;
  }
}
