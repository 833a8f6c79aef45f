import type pg from "pg";
import { IntegrateDbError } from "../../sql/errors.ts";
import type { LeaseTarget } from "./lease-statements.ts";

/** A connection of Vault's database engine, as its API shows it. */
export interface EngineConnection {
  readonly plugin_name?: unknown;
  readonly allowed_roles?: unknown;
  readonly connection_details?: Readonly<Record<string, unknown>> | undefined;
}

/** Names of what is set up, for errors and for the commands that mend. */
export interface LeaseNames {
  readonly mount: string;
  readonly connection: string;
  readonly role: string;
}

/**
 * Refuses a connection of the engine with which leases would not work, or not safely.
 *
 * @returns the login of the engine, undefined where Vault does not show it
 * @throws IntegrateDbError IDB1512 with the command that mends it
 */
export function requireUsableConnection(
  connection: EngineConnection,
  { mount, connection: name, role }: LeaseNames,
  target: LeaseTarget,
): string | undefined {
  const config = `${mount}/config/${name}`;
  const refuse = (problem: string, remedy?: string): never => {
    throw new IntegrateDbError("IDB1512", `Vault, ${config}: ${problem}`, { remedy });
  };
  const {
    plugin_name: plugin,
    allowed_roles: allowed,
    connection_details: details = {},
  } = connection;
  if (plugin !== "postgresql-database-plugin") {
    refuse(`its plugin is ${plugin}, not postgresql-database-plugin.`);
  }
  const roles = Array.isArray(allowed) ? allowed.map(String) : [];
  if (!roles.some((pattern) => matches(pattern, role))) {
    const list = [...roles, role].join(",");
    refuse(`it does not allow the role ${role}.`, `vault write ${config} allowed_roles="${list}"`);
  }
  if (details["password_authentication"] !== "scram-sha-256") {
    const problem = "it sends passwords in the clear, and they would be in the server's log.";
    refuse(problem, `vault write ${config} password_authentication=scram-sha-256`);
  }
  const { user, database } = placeOf(details);
  if (database !== undefined && database !== target.database) {
    refuse(
      `it leads to the database ${database}, and the stakeholder is in ${target.database}.`,
      "Give a connection that leads to the stakeholder's database.",
    );
  }
  return user;
}

/** With the globs of Vault: `*` at either end. */
function matches(pattern: string, role: string): boolean {
  const [starts, ends] = [pattern.endsWith("*"), pattern.startsWith("*")];
  const text = pattern.replace(/^\*/, "").replace(/\*$/, "");
  if (starts && ends) return role.includes(text);
  if (starts) return role.startsWith(text);
  return ends ? role.endsWith(text) : role === pattern;
}

function placeOf(details: Readonly<Record<string, unknown>>): {
  user: string | undefined;
  database: string | undefined;
} {
  const stated = typeof details["username"] === "string" ? details["username"] : "";
  const url = String(details["connection_url"] ?? "").replaceAll(/\{\{\w+\}\}/g, "");
  try {
    const { username, pathname } = new URL(url);
    const database = decodeURIComponent(pathname.slice(1));
    return {
      user: stated || decodeURIComponent(username) || undefined,
      database: database || undefined,
    };
  } catch {
    // A list of key=value is as good for Vault.
    const value = (key: string) => new RegExp(`(?:^|\\s)${key}=([^\\s']+)`).exec(url)?.[1];
    return { user: stated || value("user"), database: value("dbname") };
  }
}

/**
 * Refuses a login of the engine that could not make leases, or not get rid of them.
 *
 * @throws IntegrateDbError IDB1511 with the statement that gives the right
 */
export async function requireLeaseRights(
  client: pg.ClientBase,
  user: string,
  { role }: LeaseTarget,
): Promise<void> {
  const { rows } = await client.query<{ problem: string; statement: string }>(
    `select p.problem, p.statement
     from (select current_setting('server_version_num')::integer >= 160000 as modern) v
     left join pg_roles r on r.rolname = $1
     left join pg_roles g on g.rolname = $2
     cross join lateral (values
       (1, r.oid is null, format('the server knows no role %s, with which it connects', $1),
         'Give a connection that leads to the stakeholder''s server.'),
       (2, not (r.rolsuper or r.rolcreaterole), format('its login %s may not make roles', $1),
         format('ALTER ROLE %I CREATEROLE;', $1)),
       (3, not (r.rolsuper or pg_has_role(r.oid, g.oid, 'USAGE') and (not v.modern or exists (
           select from pg_auth_members m where m.roleid = g.oid and m.member = r.oid and m.admin_option))),
         format('its login %s may not give the role %s away, nor take what is left to it', $1, $2),
         format('GRANT %I TO %I WITH %s;', $2, $1,
           case when v.modern then 'ADMIN TRUE, INHERIT TRUE, SET TRUE' else 'ADMIN OPTION' end))
     ) p(position, lacks, problem, statement)
     where p.lacks
     order by p.position`,
    [user, role],
  );
  if (rows.length === 0) return;
  const problem = rows.map((row) => row.problem).join("; ");
  throw new IntegrateDbError("IDB1511", `Vault's database engine lacks a right: ${problem}.`, {
    remedy: rows.map(({ statement }) => statement).join(" "),
  });
}
