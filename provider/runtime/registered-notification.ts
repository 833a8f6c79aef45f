import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { IntegrateDbError } from "../../sql/errors.ts";
import {
  type Channels,
  hasOpenSecrets,
  type SealedSecrets,
  sealSecrets,
  withoutSecrets,
  withSealed,
} from "./channel-secrets.ts";

/** A notification as a resource has it, with its secrets in the clear. */
export interface StatedNotification {
  readonly stakeholder: string;
  readonly name: string;
  readonly match: unknown;
  readonly channels: Channels;
  /** How its secrets were sealed when it was last put. */
  readonly sealed?: SealedSecrets | undefined;
  readonly drift?: readonly string[] | undefined;
}

/**
 * Puts a notification with its secrets sealed to the relay's key.
 *
 * @param before the notification in state, whose seals are kept where nothing has changed
 * @returns the seals
 * @throws IntegrateDbError IDB2110 if it has a secret and there is no relay key.
 */
export async function putNotification(
  client: pg.ClientBase,
  { stakeholder, name, match, channels }: StatedNotification,
  before?: StatedNotification,
): Promise<SealedSecrets> {
  const { rows } = await client.query<{ key: string | null }>(
    "select integratedb.relay_key() as key",
  );
  const key = rows[0]?.key ?? "";
  if (key === "" && hasOpenSecrets(channels)) {
    const problem = `The secrets of ${name} cannot be sealed: the database has no relay key.`;
    throw new IntegrateDbError("IDB2110", problem);
  }
  // Where a refresh found something else in the registry, the seals there may be somebody else's.
  const { sealed: known } = before?.drift === undefined ? (before ?? {}) : {};
  const seals = sealSecrets(
    channels,
    key,
    before === undefined || known === undefined
      ? undefined
      : { channels: before.channels, sealed: known },
  );
  await client.query("select integratedb.put_notification($1, $2, $3)", [
    stakeholder,
    name,
    { match, channels: withSealed(channels, seals) },
  ]);
  return seals;
}

/** The document that the registry has for a notification, if nobody has changed it since. */
export function registeredSpec({ match, channels, sealed }: StatedNotification): object {
  return { match, channels: sealed === undefined ? channels : withSealed(channels, sealed) };
}

/** What a notification is called by now: one of a stakeholder that was renamed has gone along. */
export async function currentNotification(
  client: pg.ClientBase,
  olds: StatedNotification,
  news: StatedNotification,
): Promise<StatedNotification> {
  const { rowCount } = await client.query(
    `select from integratedb.notifications n where n.stakeholder = $1 and n.notification = $3
       and n.spec = $4::jsonb
       and not exists (select from integratedb.stakeholders s where s.stakeholder = $2)`,
    [news.stakeholder, olds.stakeholder, olds.name, registeredSpec(olds)],
  );
  return rowCount === 0 ? olds : { ...olds, stakeholder: news.stakeholder };
}

/** Does nothing where the stakeholder is gone, and its notifications with it. */
export async function removeNotification(
  client: pg.ClientBase,
  { stakeholder, name }: StatedNotification,
): Promise<void> {
  await client.query(
    `select integratedb.delete_notification(s.stakeholder, $2)
     from integratedb.stakeholders s where s.stakeholder = $1`,
    [stakeholder, name],
  );
}

/**
 * Refuses to replace a notification that something else put. The same one again is no conflict: an
 * earlier attempt may have succeeded unnoticed.
 *
 * @throws IntegrateDbError IDB1206
 */
export async function refuseTakeover(
  client: pg.ClientBase,
  { stakeholder, name, match, channels }: StatedNotification,
): Promise<void> {
  const { rows } = await client.query<{ spec: { match: unknown; channels: Channels } }>(
    `select n.spec from integratedb.notifications n
     where n.stakeholder = $1 and n.notification = $2`,
    [stakeholder, name],
  );
  const stated = comparable({ match, channels });
  if (rows.every(({ spec }) => isDeepStrictEqual(comparable(spec), stated))) return;
  const problem = `${stakeholder} already has a notification ${name} with other content.`;
  throw new IntegrateDbError("IDB1206", problem);
}

/** A seal is never the same twice, and what is undefined is not registered. */
function comparable(spec: { match: unknown; channels: Channels }): unknown {
  const { match, channels } = spec;
  return JSON.parse(JSON.stringify({ match, channels: withoutSecrets(channels) }));
}
