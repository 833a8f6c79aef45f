import { isDeepStrictEqual } from "node:util";
import { type StoreName, stores } from "../stores/index.ts";
import { parseConnection, transaction } from "./connection.ts";
import { unlessUninstalled } from "./drift.ts";
import { endSessions } from "./rotation.ts";

/** Where it is recorded which credentials an entry of a store holds. */
export interface Delivery {
  /** To the database of the stakeholder. */
  readonly connection: unknown;
  readonly stakeholder: string;
  /** Of the credentials that the entry is to hold. */
  readonly version: number;
}

/** What is known of an entry whose credentials are recorded. */
export interface DeliveredEntry {
  readonly store: StoreName;
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly delivery?: Delivery | undefined;
}

/**
 * Writes an entry, and records it with the stakeholder: before, that a rotation has to wait for it
 * and resets no login that it may hold; after, which credentials it holds. With the last entry that
 * holds the newest, their login becomes the current one, and the one before is closed if it is to
 * retire. Whatever fails is done again by the next call.
 *
 * @param before the entry as it was, if it has been written before
 * @throws what `write` throws, and IdbErrors of the database
 */
export async function delivering<T>(
  entry: DeliveredEntry,
  before: DeliveredEntry | undefined,
  write: () => Promise<T>,
): Promise<T> {
  if (entry.delivery === undefined) return write();
  await putDelivery(entry, null);
  const written = await write().catch(async (error: unknown) => {
    // Pulumi forgets a resource that could not be made: nothing would delete its record.
    if (before === undefined) await forgetDelivery(entry).catch(() => undefined);
    throw error;
  });
  const { connection, stakeholder, version } = entry.delivery;
  const { closed } = await putDelivery(entry, version);
  if (closed) await endSessions(parseConnection(connection), stakeholder);
  if (before !== undefined && !isDeepStrictEqual(keyOf(before), keyOf(entry))) {
    await forgetDelivery(before);
  }
  return written;
}

/** Says that an entry is gone: no rotation waits for it any more. */
export async function forgetDelivery(entry: DeliveredEntry): Promise<void> {
  if (entry.delivery === undefined) return;
  const forgotten = transaction(parseConnection(entry.delivery.connection), (client) =>
    client.query("select integratedb.delete_delivery($1, $2, $3)", keyOf(entry)),
  );
  await unlessUninstalled(forgotten);
}

function putDelivery(entry: DeliveredEntry, version: number | null): Promise<{ closed: boolean }> {
  return transaction(parseConnection(entry.delivery?.connection), async (client) => {
    const { rows } = await client.query<{ result: { closed: boolean } }>(
      "select integratedb.put_delivery($1, $2, $3, $4) as result",
      [...keyOf(entry), version],
    );
    return rows[0]?.result ?? { closed: false };
  });
}

/** Stakeholder, store, and the entry as the store tells it from others. */
function keyOf({ store, name, settings, delivery }: DeliveredEntry): unknown[] {
  const { title, place } = stores[store];
  const stated = place.map((setting) => settings[setting]).filter((value) => value !== undefined);
  const where = stated.length === 0 ? "" : ` (${stated.join(", ")})`;
  return [delivery?.stakeholder, title, `${name}${where}`];
}
