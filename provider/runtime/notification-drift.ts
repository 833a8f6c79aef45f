import type { Outlook } from "./claim-preview.ts";
import { type Connection, readOnlyQuery } from "./connection.ts";
import { unlessUninstalled } from "./drift.ts";
import { withEventsAsText } from "./notification-preview.ts";
import { registeredSpec, type StatedNotification } from "./registered-notification.ts";

/**
 * The columns that the events of a notification carry, and what a refresh found wrong with it;
 * undefined if it is gone.
 */
export async function notificationDrift(
  connection: Connection,
  stated: StatedNotification,
): Promise<{ columns: Outlook["columns"]; drift: string[] } | undefined> {
  const rows = readOnlyQuery<{ as_stated: boolean; key: string | null; outlook: Outlook }>(
    connection,
    `select n.spec = $3::jsonb as as_stated, integratedb.relay_key() as key,
       integratedb.preview_notification($1, $3::jsonb) as outlook
     from integratedb.notifications n where n.stakeholder = $1 and n.notification = $2`,
    [stated.stakeholder, stated.name, registeredSpec(stated)],
  );
  const [found] = (await unlessUninstalled(rows)) ?? [];
  if (found === undefined) return undefined;
  const { as_stated, key, outlook } = found;
  const { relayKey = "", channels = {} } = stated.sealed ?? {};
  const sealedToAnother = Object.keys(channels).length > 0 && relayKey !== (key ?? "");
  return {
    columns: withEventsAsText(outlook.columns),
    drift: [
      ...(as_stated ? [] : ["the notification was changed"]),
      ...(sealedToAnother ? ["its secrets are sealed to another key than the relay's"] : []),
      ...outlook.problems.map(({ message }) => message),
    ],
  };
}
