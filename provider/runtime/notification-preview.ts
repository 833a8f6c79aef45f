import type { Outlook } from "./claim-preview.ts";
import { type Connection, readOnlyQuery } from "./connection.ts";
import { eventKinds } from "./notification-form.ts";
import { type NotificationSpec, plannedNotification } from "./planned-notification.ts";
import { askedIfReachable, byEngineOr } from "./previewed-database.ts";

/** What the claims of a program cover: columns by the name of the claim. */
export type PlannedClaims = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Judges a notification in the database without changing anything: by the engine, with the claims
 * of the program as they will be, or, where it is not installed yet, by the catalog and these
 * claims alone.
 *
 * @throws IntegrateDbError if the database cannot be asked.
 */
export async function previewNotification(
  connection: Connection,
  stakeholder: string,
  spec: NotificationSpec,
  planned: PlannedClaims,
): Promise<Outlook> {
  const { columns, problems } = await askedIfReachable(connection, () =>
    byEngineOr(
      connection,
      "notifications",
      () => byEngine(connection, stakeholder, spec, planned),
      () => plannedNotification(connection, stakeholder, spec, planned),
    ),
  );
  return { columns: withEventsAsText(columns), problems };
}

async function byEngine(
  connection: Connection,
  stakeholder: string,
  spec: NotificationSpec,
  planned: PlannedClaims,
): Promise<Outlook> {
  const paths = Object.entries(planned).map(([claim, columns]) => [claim, Object.keys(columns)]);
  const [row] = await readOnlyQuery<{ outlook: Outlook }>(
    connection,
    "select integratedb.preview_notification($1, $2, $3) as outlook",
    [stakeholder, spec, Object.fromEntries(paths)],
  );
  const { columns, problems } = row?.outlook ?? { columns: {}, problems: [] };
  // A key that is missing is made by the Database of the same operation.
  return { columns, problems: problems.filter(({ code }) => code !== "IDB2110") };
}

/** Pulumi compares arrays by index, so that one event less would look like several that changed. */
export function withEventsAsText(columns: Outlook["columns"]): Outlook["columns"] {
  const entries = Object.entries(columns).map(([place, column]) => [place, asText(column)]);
  return Object.fromEntries(entries);
}

function asText(column: unknown): unknown {
  if (typeof column !== "object" || column === null || !("events" in column)) return column;
  const { events } = column;
  if (!Array.isArray(events)) return column;
  return { ...column, events: eventKinds.filter((kind) => events.includes(kind)).join(", ") };
}
