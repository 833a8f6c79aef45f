import type { Outlook, Problem } from "./claim-preview.ts";
import { type Connection, readOnlyQuery } from "./connection.ts";
import { eventKinds } from "./notification-form.ts";
import type { PlannedClaims } from "./notification-preview.ts";
import { plannedPreview } from "./planned-preview.ts";

/** A notification in the form that has been checked. */
export interface NotificationSpec {
  readonly match: readonly Match[];
  readonly channels: object;
}

interface Match {
  readonly path: string;
  readonly events?: readonly string[] | undefined;
  readonly fields?: readonly (string | { readonly name: string })[] | null | undefined;
  readonly where?: object | readonly object[] | undefined;
}

/**
 * Previews a notification in a database whose engine cannot judge it yet. What exists is asked of
 * the catalog; what is claimed is known from the program, as nothing is registered. An older engine
 * may hold claims that the program does not know: then nothing is said about what is claimed.
 */
export async function plannedNotification(
  connection: Connection,
  stakeholder: string,
  spec: NotificationSpec,
  planned: PlannedClaims,
): Promise<Outlook> {
  const claimed = new Set(Object.values(planned).flatMap((columns) => Object.keys(columns)));
  const mayBeClaimed = await hasOlderEngine(connection);
  const columns: Record<string, { events: string[] }> = {};
  const problems: Problem[] = [];
  for (const [index, match] of spec.match.entries()) {
    const asked = namesIn(match);
    const found = await plannedPreview(connection, {
      match: [{ path: match.path, fields: asked.map(({ name }) => name) }],
    });
    const places = found.problems.map(({ property, ...problem }) => ({
      ...problem,
      property: placeOf(property, asked),
    }));
    const missing = Object.keys(found.columns).filter((place) => !claimed.has(place));
    if (!mayBeClaimed && places.length === 0) {
      places.push(...unclaimed(missing, asked, stakeholder));
    }
    problems.push(
      ...places.map((each) => ({ ...each, property: `match[${index}].${each.property}` })),
    );
    for (const [place, shape] of Object.entries(found.columns)) {
      if (!claimed.has(place) || askedFor(place, asked)?.onlyTested) continue;
      const events = new Set([...(columns[place]?.events ?? []), ...eventsOf(match)]);
      columns[place] = { ...shape, events: [...events] };
    }
  }
  return { columns, problems };
}

/** A column that a match names. */
interface Asked {
  readonly name: string;
  /** Where it stands in the match, as `fields[0]`. */
  readonly property: string;
  /** Whether it stands in the condition and not in the fields. */
  readonly onlyTested: boolean;
}

/** The columns that a match names, each once; a wildcard stands for those of its condition too. */
function namesIn({ fields, where }: Match): Asked[] {
  const inFields = (fields ?? []).map((field, index) => ({
    name: typeof field === "string" ? field : field.name,
    property: `fields[${index}]`,
    onlyTested: false,
  }));
  if (inFields.some(({ name }) => name === "*")) return inFields;
  const inWhere = [where ?? []].flat().flatMap((tests: object, index) =>
    Object.keys(tests).map((name) => ({
      name,
      property: Array.isArray(where) ? `where[${index}].${name}` : `where.${name}`,
      onlyTested: true,
    })),
  );
  const first = new Map([...inFields, ...inWhere].toReversed().map((each) => [each.name, each]));
  return [...first.values()].toReversed();
}

/** A place in the claim that stood in for the match, as the place in the match. */
function placeOf(property: string, asked: readonly Asked[]): string {
  const field = /^match\[0\]\.fields\[(\d+)\]/.exec(property)?.[1];
  if (field !== undefined) return asked[Number(field)]?.property ?? "fields";
  return property.replace("match[0].", "");
}

function askedFor(place: string, asked: readonly Asked[]): Asked | undefined {
  return asked.find(
    ({ name }) => place.endsWith(`.${name}`) || place.endsWith(`."${name.replaceAll('"', '""')}"`),
  );
}

function unclaimed(
  missing: readonly string[],
  asked: readonly Asked[],
  stakeholder: string,
): Problem[] {
  return missing.flatMap((place) => {
    const property = askedFor(place, asked)?.property;
    // What a wildcard passes over was not asked for.
    if (property === undefined) return [];
    return [{ property, code: "IDB2102", message: `${stakeholder} does not claim ${place}` }];
  });
}

function eventsOf({ events }: Match): readonly string[] {
  return events === undefined || events.includes("*") ? eventKinds : events;
}

async function hasOlderEngine(connection: Connection): Promise<boolean> {
  const [engine] = await readOnlyQuery<{ there: boolean }>(
    connection,
    "select to_regclass('integratedb.engine') is not null as there",
    [],
  );
  return engine?.there ?? false;
}
