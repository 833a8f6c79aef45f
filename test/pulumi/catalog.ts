import type { Shop } from "./shop.ts";

/**
 * Everything that the package could leave behind in a database and its cluster, as text: objects
 * with their owners, columns and rights, functions, event triggers, comments, roles, memberships
 * and settings. Rights that nobody changed (null) compare equal to the defaults written out.
 */
export async function catalogOf(shop: Shop): Promise<string> {
  const rows = await shop.sql(`
    with r as (select oid, rolname from pg_roles),
    who as (select 0::oid as oid, 'PUBLIC' as rolname union all select * from r),
    rights as (
      select 'r' as kind, c.oid, c.oid::regclass::text as name,
        coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)) as acl
      from pg_class c where c.relnamespace::regnamespace::text !~ '^pg_toast'
      union all
      select 'n', n.oid, n.nspname, coalesce(n.nspacl, acldefault('n', n.nspowner)) from pg_namespace n
      union all
      select 'f', p.oid, p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner)) from pg_proc p
      union all
      select 'd', d.oid, d.datname, coalesce(d.datacl, acldefault('d', d.datdba))
      from pg_database d where d.datname = current_database()
      union all
      select 'a', a.attrelid, a.attrelid::regclass || '.' || a.attname, a.attacl
      from pg_attribute a where a.attacl is not null and a.attacl <> '{}'
    )
    select line from (
      select concat_ws(' ', 'right', kind, name, g.rolname, e.privilege_type, e.is_grantable) as line
      from rights cross join lateral aclexplode(acl) e join who g on g.oid = e.grantee
      union all
      select concat_ws(' ', 'class', c.oid, c.oid::regclass, c.relkind, c.relowner::regrole) from pg_class c
      where c.relnamespace::regnamespace::text !~ '^pg_toast'
      union all
      select concat_ws(' ', 'column', a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull)
      from pg_attribute a join pg_class c on c.oid = a.attrelid where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'v')
      union all
      select concat_ws(' ', 'schema', nspname, nspowner::regrole) from pg_namespace where nspname !~ '^pg_(toast_)?temp'
      union all
      select concat_ws(' ', 'function', p.oid::regprocedure, md5(p.prosrc)) from pg_proc p
      union all
      select concat_ws(' ', 'trigger', evtname) from pg_event_trigger
      union all
      select concat_ws(' ', 'trigger', tgname, tgrelid::regclass) from pg_trigger where not tgisinternal
      union all
      select concat_ws(' ', 'role', rolname, rolsuper, rolcanlogin, rolcreaterole, rolinherit, rolreplication) from pg_roles
      union all
      select concat_ws(' ', 'member', m.roleid::regrole, m.member::regrole) from pg_auth_members m
      union all
      select concat_ws(' ', 'setting', setdatabase, r.rolname, setconfig)
      from pg_db_role_setting left join r on r.oid = setrole
      union all
      select concat_ws(' ', 'default', defaclrole::regrole, defaclnamespace, defaclacl) from pg_default_acl
      union all
      select concat_ws(' ', 'comment', r.rolname, d.description) from pg_shdescription d join r on r.oid = d.objoid
      where d.classoid = 'pg_authid'::regclass
      union all
      select concat_ws(' ', 'extension', extname) from pg_extension
      union all
      select concat_ws(' ', 'publication', pubname) from pg_publication
    ) x order by line collate "C"`);
  return rows.map(({ line }) => line).join("\n");
}
