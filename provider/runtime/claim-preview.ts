import { type Connection, readOnlyQuery } from "./connection.ts";
import { plannedPreview } from "./planned-preview.ts";
import { askedIfReachable, byEngineOr, isPolicyToChange } from "./previewed-database.ts";

/** A place in a spec, and what is wrong there. */
export interface Problem {
  /** As `match[0].fields[1]`. */
  readonly property: string;
  readonly code: string;
  readonly message: string;
}

/** What putting a claim would do: what it covers, and each problem at its property. */
export interface Outlook {
  readonly columns: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
}

/**
 * Judges a claim in the database without changing anything, by the engine, or by the same SQL
 * text where the engine is not installed yet.
 *
 * @throws IntegrateDbError if the database cannot be asked.
 */
export function previewClaim(
  connection: Connection,
  stakeholder: string,
  spec: unknown,
): Promise<Outlook> {
  return askedIfReachable(connection, () =>
    byEngineOr(
      connection,
      "claims",
      () => byEngine(connection, stakeholder, spec),
      () => plannedPreview(connection, spec),
    ),
  );
}

async function byEngine(
  connection: Connection,
  stakeholder: string,
  spec: unknown,
): Promise<Outlook> {
  const [row] = await readOnlyQuery<{ outlook: Outlook }>(
    connection,
    "select integratedb.preview($1, $2) as outlook",
    [stakeholder, spec],
  );
  const { columns, problems } = row?.outlook ?? { columns: {}, problems: [] };
  if (!isPolicyToChange(connection)) return { columns, problems };
  return { columns, problems: problems.filter(({ code }) => code !== "IDB2005") };
}
