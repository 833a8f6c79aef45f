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
    select distinct c.oid as relid, c.relowner as owner
    from integratedb.claimed_table t
    join pg_catalog.pg_namespace n on n.nspname = t.schema_name
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = t.table_name and c.relkind in ('r', 'p', 'v', 'm', 'f')
  )
  select 'error', s.name,
    pg_catalog.format('lacks SELECT %s on %s, which it claims', integratedb.column_list(d.columns), d.relid::regclass),
    'SELECT integratedb_sync();'
  from integratedb.grant_drift(array(select c.relid from claimed c)) d
  join integratedb.stakeholder s on s.role_name = d.role_name
  where d.action = 'grant'
  union all
  select case u.action when 'grant' then 'error' else 'warning' end, s.name,
    pg_catalog.format(case u.action
      when 'grant' then 'lacks USAGE on schema %s, which holds tables that it claims'
      else 'has USAGE on schema %s, in which it claims nothing' end, u.schema_id::regnamespace),
    'SELECT integratedb_sync();'
  from integratedb.usage_drift() u
  join integratedb.stakeholder s on s.role_name = u.role_name
  union all
  select distinct 'error', 'engine',
    pg_catalog.format('its owner %I is not a member of %I, the owner of claimed tables, and can grant nothing on them',
      o.name, t.rolname),
    pg_catalog.format('GRANT %I TO %I;', t.rolname, o.name)
  from claimed c
  cross join engine_owner o
  join pg_catalog.pg_roles t on t.oid = c.owner
  where not pg_catalog.pg_has_role(o.id, c.owner, 'usage')
  union all
  select distinct 'error', 'engine',
    pg_catalog.format('its owner %I cannot grant USAGE on schema %s, which holds claimed tables', o.name, u.schema_id::regnamespace),
    pg_catalog.format('GRANT USAGE ON SCHEMA %s TO %I WITH GRANT OPTION;', u.schema_id::regnamespace, o.name)
  from integratedb.usage_drift() u
  cross join engine_owner o
  where u.action = 'grant' and not pg_catalog.has_schema_privilege(o.id, u.schema_id, 'usage with grant option')
$$;
