-- What the stakeholders need for their claims and lack, and what keeps the engine from giving it to them.
create or replace function integratedb.inspect_missing()
returns table (severity text, subject text, problem text, remedy text)
language sql stable
as $$
  with engine_owner as (
    select r.oid as id, r.rolname as name
    from pg_catalog.pg_namespace n
    join pg_catalog.pg_roles r on r.oid = n.nspowner
    where n.nspname = 'integratedb'
  ),
  claimed as (
    select distinct s.name as stakeholder, r.oid as role_id, n.oid as schema_id, n.nspname, n.nspowner, c.relid, c.table_name,
      c.number, c.name, c.owner, c.acl
    from integratedb.stakeholder s
    join pg_catalog.pg_roles r on r.rolname = s.role_name
    join integratedb.claim k on k.stakeholder_id = s.id
    join integratedb.claimed_table t on t.claim_id = k.id
    join integratedb.claimed_column f on f.table_id = t.id
    join integratedb.column_shape() c
      on c.schema_name = t.schema_name and c.table_name = t.table_name and c.name = f.name
    join pg_catalog.pg_namespace n on n.nspname = c.schema_name
  )
  select 'error', c.stakeholder,
    pg_catalog.format('lacks SELECT (%s) on %I.%I, which it claims',
      pg_catalog.string_agg(pg_catalog.quote_ident(c.name), ', ' order by c.number), c.nspname, c.table_name),
    'SELECT integratedb_sync();'
  from claimed c
  where c.owner <> c.role_id and not exists (
    select from pg_catalog.aclexplode(c.acl) acl where acl.grantee = c.role_id and acl.privilege_type = 'SELECT')
  group by c.stakeholder, c.nspname, c.table_name
  union all
  select distinct 'error', c.stakeholder,
    pg_catalog.format('lacks USAGE on schema %I, which holds tables that it claims', c.nspname), 'SELECT integratedb_sync();'
  from claimed c
  where not pg_catalog.has_schema_privilege(c.role_id, c.schema_id, 'usage')
  union all
  select distinct 'error', 'engine',
    pg_catalog.format('its owner %I is not a member of %I, the owner of claimed tables, and can grant nothing on them',
      o.name, t.rolname),
    pg_catalog.format('GRANT %I TO %I;', t.rolname, o.name)
  from claimed c
  cross join engine_owner o
  join pg_catalog.pg_roles t on t.oid = c.owner
  where not pg_catalog.pg_has_role(o.id, c.owner, 'usage')
    and not pg_catalog.has_column_privilege(o.id, c.relid, c.number, 'select with grant option')
  union all
  select distinct 'error', 'engine',
    pg_catalog.format('its owner %I cannot grant USAGE on schema %I, which holds claimed tables', o.name, c.nspname),
    pg_catalog.format('GRANT USAGE ON SCHEMA %I TO %I WITH GRANT OPTION;', c.nspname, o.name)
  from claimed c
  cross join engine_owner o
  where not pg_catalog.has_schema_privilege(c.role_id, c.schema_id, 'usage')
    and not pg_catalog.has_schema_privilege(o.id, c.schema_id, 'usage with grant option')
$$;
