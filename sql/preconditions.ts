import { IntegrateDbError } from "./errors.ts";
import type { Queryable } from "./status.ts";

/** Errors: IDB1001 server older than 14, IDB1002 read-only server or transaction. */
export async function requireWritableServer(client: Queryable): Promise<void> {
  const result = await client.query<{ number: number; version: string; read_only: boolean }>(
    `select current_setting('server_version_num')::integer as number, current_setting('server_version') as version,
       pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as read_only`,
  );
  const server = result.rows[0];
  if (server === undefined) return;
  requireServerVersion(server.number, server.version);
  if (server.read_only) {
    throw new IntegrateDbError("IDB1002", "the server, or this transaction, is read-only");
  }
}

/** Errors: IDB1001. `number` as `server_version_num`. */
export function requireServerVersion(number: number, version: string): void {
  if (number < 140000) {
    throw new IntegrateDbError(
      "IDB1001",
      `the engine needs PostgreSQL 14 or newer, the server has ${version}`,
      {
        expected: "14 or newer",
        found: version,
      },
    );
  }
}

/** Errors: IDB1004 with every missing right and the statements that give them, IDB1005 the schema is somebody else's. */
export async function requireInstallRights(client: Queryable): Promise<void> {
  const result = await client.query<{ problem: string; statement: string }>(`
    select format('%s may not create schemas in database %s', current_user, current_database()) as problem,
      format('GRANT CREATE ON DATABASE %I TO %I;', current_database(), current_user) as statement
    where not has_database_privilege(current_database(), 'CREATE')
    union all
    select format('%s may not create functions in schema public', current_user),
      format('GRANT CREATE ON SCHEMA public TO %I;', current_user)
    from pg_namespace n where n.nspname = 'public' and not has_schema_privilege(n.oid, 'CREATE')
    union all
    select format('there is no schema public for the functions that migrations call'), 'CREATE SCHEMA public;'
    where not exists (select from pg_namespace where nspname = 'public')
    union all
    select format('%s may not create roles', current_user), format('ALTER ROLE %I CREATEROLE;', current_user)
    from pg_roles r where r.rolname = current_user and not (r.rolcreaterole or r.rolsuper)
    union all
    select format('the function %s belongs to %s, and migrations would call it', p.oid::regprocedure, pg_get_userbyid(p.proowner)),
      format('DROP FUNCTION %s;', p.oid::regprocedure)
    from pg_proc p
    where p.pronamespace = to_regnamespace('public')
      and p.proname in ('integratedb_validate_migration', 'integratedb_prepare_migration', 'integratedb_unmet_claims', 'integratedb_sync')
      and p.proowner <> coalesce(
        (select c.relowner from pg_class c where c.oid = to_regclass('integratedb.engine')), current_user::regrole)
    union all
    select format('the engine belongs to %s', pg_get_userbyid(c.relowner)),
      format('GRANT %I TO %I;', pg_get_userbyid(c.relowner), current_user)
    from pg_class c where c.oid = to_regclass('integratedb.engine') and not pg_has_role(c.relowner, 'USAGE')
  `);
  if (result.rows.length > 0) {
    throw new IntegrateDbError("IDB1004", result.rows.map((row) => row.problem).join("; "), {
      remedy: `As a superuser or the owner: ${result.rows.map((row) => row.statement).join(" ")}`,
    });
  }
  const foreign = await client.query(
    "select from pg_namespace where nspname = 'integratedb' and to_regclass('integratedb.engine') is null",
  );
  if (foreign.rows.length > 0) {
    throw new IntegrateDbError("IDB1005", "the schema integratedb exists and has no engine in it");
  }
}
