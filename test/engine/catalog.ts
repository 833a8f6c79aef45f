import type pg from "pg";

/** What a database and its cluster hold, as text, to compare before and after; rights as they work, not as they are stored. */
export async function catalog(client: pg.ClientBase): Promise<Record<string, string[]>> {
  const parts: Record<string, string> = {
    roles:
      "select format('%s %s', rolname, row(rolcanlogin, rolsuper, rolinherit, rolcreaterole)) from pg_roles",
    members: "select format('%s in %s', member::regrole, roleid::regrole) from pg_auth_members",
    settings: "select format('%s %s', setrole::regrole, setconfig) from pg_db_role_setting",
    schemas: `select format('%s %s', nspname, coalesce(nspacl, acldefault('n', nspowner)))
       from pg_namespace where nspname not like 'pg_t%'`,
    relations: `select format('%s %s', oid::regclass, coalesce(relacl, acldefault('r', relowner)))
       from pg_class where relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'pg_toast')`,
    columns: `select format('%s.%s %s', attrelid::regclass, attname, attacl)
       from pg_attribute where attrelid >= 16384 and attacl is not null`,
    functions: "select oid::regprocedure::text from pg_proc where oid >= 16384",
    types: "select oid::regtype::text from pg_type where oid >= 16384",
    triggers: "select evtname::text from pg_event_trigger",
    defaults: "select defaclrole::regrole::text from pg_default_acl",
  };
  const result: Record<string, string[]> = {};
  for (const [part, sql] of Object.entries(parts)) {
    const { rows } = await client.query<string[]>({ text: sql, rowMode: "array" });
    result[part] = rows.map((row) => row[0] ?? "").sort();
  }
  return result;
}
