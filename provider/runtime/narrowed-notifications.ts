import type pg from "pg";
import type { Outlook } from "./claim-preview.ts";

/** A claim that is about to be put. */
interface ComingClaim {
  readonly stakeholder: string;
  readonly name: string;
  readonly match: unknown;
}

interface Spec {
  readonly match: readonly { readonly fields?: readonly unknown[] | null }[];
}

/**
 * Takes out of the notifications of a stakeholder what its claims will not cover any more. A program
 * that narrows both has its claim changed first, as notifications depend on claims; without this the
 * engine would refuse that change for the notification as it still is.
 *
 * @param gone name of a claim that will not be there any more
 * @returns what was taken out, for people
 */
export async function narrowNotifications(
  client: pg.ClientBase,
  { stakeholder, name, match }: ComingClaim,
  gone: string,
): Promise<string[]> {
  const known = await client.query<{ known: boolean }>(
    "select to_regclass('integratedb.notifications') is not null as known",
  );
  // The engine of another team's stack may be one that has no notifications.
  if (known.rows[0]?.known !== true) return [];
  const { rows } = await client.query<{ notification: string; spec: Spec; outlook: Outlook }>(
    `select n.notification, n.spec, integratedb.preview_notification($1, n.spec,
       jsonb_build_object($4::text, '[]'::jsonb) || jsonb_build_object($2::text, coalesce(
         (select jsonb_agg(place) from jsonb_object_keys(
            integratedb.preview($1, $3::jsonb) -> 'columns') place), '[]'))) as outlook
     from integratedb.notifications n where n.stakeholder = $1`,
    [stakeholder, name, { match }, gone],
  );
  const taken: string[] = [];
  for (const { notification, spec, outlook } of rows) {
    const uncovered = outlook.problems.filter(({ code }) => code === "IDB2102");
    if (uncovered.length === 0) continue;
    const places = uncovered.map(({ property }) => property);
    await client.query("select integratedb.put_notification($1, $2, $3)", [
      stakeholder,
      notification,
      withoutPlaces(spec, places),
    ]);
    taken.push(...uncovered.map(({ message }) => `notification ${notification}: ${message}`));
  }
  return taken;
}

/** A spec without these fields, and without the matches of which another part cannot stay. */
export function withoutPlaces<S extends Spec>(spec: S, places: readonly string[]): S {
  const match = spec.match.flatMap((each, index) => {
    const own = places.filter((place) => place.startsWith(`match[${index}].`));
    if (own.some((place) => !/^match\[\d+\]\.fields\[\d+\]/.test(place))) return [];
    const taken = new Set(own.map((place) => Number(/fields\[(\d+)\]/.exec(place)?.[1])));
    if (taken.size === 0) return [each];
    const fields = (each.fields ?? []).filter((_, field) => !taken.has(field));
    return fields.length === 0 ? [] : [{ ...each, fields }];
  });
  return { ...spec, match };
}
