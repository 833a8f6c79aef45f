import type pg from "pg";
import { IntegrateDbError } from "../sql/index.ts";

/**
 * Refuses a login that may not read the registry, or not call the function of the schema
 * integratedb that is named: most roles that write migrations. Without an engine, nothing is refused.
 *
 * @throws IntegrateDbError IDB1004 that names the engine's owner.
 */
export async function requireRegistry(client: pg.ClientBase, called?: string): Promise<void> {
  const { rows } = await client.query<Access>(
    `select n.nspowner::regrole::text as owner, current_user::text as login,
       has_schema_privilege(n.oid, 'USAGE') as may_read,
       not exists (
         select from pg_proc p where p.pronamespace = n.oid and p.proname = $1
           and not has_function_privilege(p.oid, 'EXECUTE')) as may_call
     from pg_namespace n
     where n.nspname = 'integratedb'
       and exists (select from pg_proc p where p.proname = 'integratedb_unmet_claims')`,
    [called ?? null],
  );
  const [access] = rows;
  if (access === undefined || (access.may_read && access.may_call)) return;
  const { owner, login, may_read: mayRead } = access;
  const refused = mayRead ? `call integratedb.${called}()` : "read its registry";
  throw new IntegrateDbError(
    "IDB1004",
    `The engine is installed, but ${login} may not ${refused}.`,
    {
      remedy:
        `Connect as ${owner}, the owner of the schema integratedb. ` +
        "Every login may run `integratedb validate` and `integratedb unmet`.",
    },
  );
}

interface Access {
  readonly owner: string;
  readonly login: string;
  readonly may_read: boolean;
  readonly may_call: boolean;
}
