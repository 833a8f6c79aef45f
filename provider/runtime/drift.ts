import type pg from "pg";
import { engineStatus, IntegrateDbError } from "../../sql/index.ts";
import { type Connection, readOnly, readOnlyQuery } from "./connection.ts";

/** What a refresh found; undefined where the thing itself is gone. */
type Found<T> = Promise<T | undefined>;

/** The property `drift`, which is there only while there is any: a preview shows it going away. */
export function drifted(drift: readonly string[]): { drift?: readonly string[] } {
  return drift.length === 0 ? {} : { drift };
}

/** What the settings of a database are compared with. */
export interface DatabaseSettings {
  readonly enforce?: string | undefined;
  readonly policy?: unknown;
  readonly operators?: Readonly<Record<string, string>> | undefined;
  readonly relayRoles?: readonly string[] | undefined;
  readonly relayPublicKey?: string | undefined;
}

/** The engine's version, and how its settings differ from those that the program states. */
export function databaseDrift(
  connection: Connection,
  stated: DatabaseSettings,
): Found<{ version: string | undefined; drift: string[] }> {
  return readOnly(connection, async (client) => {
    const status = await engineStatus(client);
    if (!status.installed) return undefined;
    const drift: string[] = [];
    const { enforce = status.enforce } = stated;
    if (status.enforce !== enforce) drift.push(`enforce is ${status.enforce}, not ${enforce}`);
    if (stated.policy !== undefined && (await policyDiffers(client, stated.policy))) {
      drift.push("the policy was changed");
    }
    drift.push(...(await operatorDrift(client, stated.operators ?? {})));
    drift.push(...(await relayDrift(client, stated)));
    return { version: status.version, drift };
  });
}

/** What a question to the engine finds where there is no engine any more: nothing. */
export async function unlessUninstalled<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof IntegrateDbError && error.code === "IDB1111") return undefined;
    throw error;
  }
}

/** How roles, logins and grants of a stakeholder differ from its claims. */
export async function stakeholderDrift(
  connection: Connection,
  name: string,
  username: string | undefined,
): Found<string[]> {
  const rows = readOnlyQuery<{ gone: string[] }>(
    connection,
    `select array_remove(array[
       case when not exists (select from pg_catalog.pg_roles where rolname = s.role_name)
         then 'the role ' || s.role_name || ' is gone' end,
       case when not exists (select from pg_catalog.pg_namespace where nspname = s.schema_name)
         then 'the schema ' || s.schema_name || ' is gone' end,
       case when not exists (select from pg_catalog.pg_roles where rolname = $2 and rolcanlogin)
         then 'the login ' || coalesce($2, '') || ' is gone' end
     ], null) as gone
     from integratedb.stakeholders s where s.stakeholder = $1`,
    [name, username ?? null],
  );
  const [found] = (await unlessUninstalled(rows)) ?? [];
  if (found === undefined) return undefined;
  const grants = await grantDrift(connection, name);
  return [...found.gone, ...grants.map(({ place, problem }) => `${problem} right: ${place}`)];
}

/** The columns that a claim makes readable, and what a refresh found wrong with it. */
export async function claimDrift(
  connection: Connection,
  stakeholder: string,
  claim: string,
  match: unknown,
): Found<{ columns: Record<string, unknown>; drift: string[] }> {
  const rows = readOnlyQuery<{
    as_stated: boolean;
    outlook: { columns: Record<string, unknown>; problems: { message: string }[] };
  }>(
    connection,
    `select c.spec = $3::jsonb as as_stated, integratedb.preview($1, $3::jsonb) as outlook
     from integratedb.claims c where c.stakeholder = $1 and c.claim = $2`,
    [stakeholder, claim, { match }],
  );
  const [found] = (await unlessUninstalled(rows)) ?? [];
  if (found === undefined) return undefined;
  const { as_stated, outlook } = found;
  const missing = (await grantDrift(connection, stakeholder))
    .filter(({ place, problem }) => problem === "missing" && place in outlook.columns)
    .map(({ place }) => place);
  const readable = Object.entries(outlook.columns).filter(([place]) => !missing.includes(place));
  return {
    columns: Object.fromEntries(readable),
    drift: [
      ...(as_stated ? [] : ["the claim was changed"]),
      ...outlook.problems.map(({ message }) => message),
      ...missing.map((place) => `missing right: ${place}`),
    ],
  };
}

interface GrantDrift {
  /** As `schema.table.column`, `schema.table` or `schema`. */
  readonly place: string;
  readonly problem: "missing" | "extra";
}

/**
 * A refresh reads all claims of a stakeholder at about the same time, and what differs is the same
 * for all of them: it is asked for once in two seconds.
 */
const recentDrift = new Map<string, Promise<GrantDrift[]>>();

function grantDrift(connection: Connection, stakeholder: string): Promise<GrantDrift[]> {
  const key = JSON.stringify([connection, stakeholder]);
  const recent = recentDrift.get(key);
  if (recent !== undefined) return recent;
  const asked = readOnlyQuery<GrantDrift>(
    connection,
    "select concat_ws('.', path, field) as place, problem from integratedb.drift($1)",
    [stakeholder],
  );
  recentDrift.set(key, asked);
  setTimeout(() => recentDrift.delete(key), 2_000).unref();
  return asked;
}

async function policyDiffers(client: pg.ClientBase, stated: unknown): Promise<boolean> {
  const { rows } = await client.query<{ same: boolean }>(
    "select coalesce(integratedb.get_policy(), '{}') = $1::jsonb as same",
    [stated],
  );
  return rows[0]?.same !== true;
}

async function operatorDrift(
  client: pg.ClientBase,
  stated: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { rows } = await client.query<{ role: string; pattern: string }>(
    "select role_name as role, pattern from integratedb.operator",
  );
  const actual = new Map(rows.map(({ role, pattern }) => [role, pattern]));
  return Object.entries(stated)
    .filter(([role, pattern]) => actual.get(role) !== pattern)
    .map(([role]) => `the operator ${role} was changed`);
}

/** An engine of release 0.1.0 knows no relay, and so nothing that could differ. */
async function relayDrift(
  client: pg.ClientBase,
  { relayRoles = [], relayPublicKey }: DatabaseSettings,
): Promise<string[]> {
  if (relayPublicKey === undefined) return [];
  const { rows } = await client.query<{ missing: string[]; key: string | null }>(
    `select integratedb.relay_key() as key, array(
       select role_name from unnest($1::text[]) stated(role_name)
       except select role_name::text from integratedb.relay_role) as missing`,
    [relayRoles],
  );
  const { missing = [], key = null } = rows[0] ?? {};
  return [
    ...missing.map((role) => `the relay role ${role} was revoked`),
    ...(key === relayPublicKey ? [] : ["the relay's key was replaced"]),
  ];
}
