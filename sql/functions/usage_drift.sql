-- Where USAGE of stakeholders' roles on schemas differs from their claims: each schema with a claimed column needs it,
-- beside the stakeholder's own. USAGE through PUBLIC will do where the engine's owner cannot grant it.
-- stakeholder_ids: null for all.
create or replace function integratedb.usage_drift(stakeholder_ids integer[] default null)
returns table (action text, role_name name, schema_id oid)
language sql stable
as $$
  with role as (
    select r.oid as id, r.rolname as name, s.id as stakeholder_id, s.schema_name
    from integratedb.stakeholder s
    join pg_catalog.pg_roles r on r.rolname = s.role_name
    where $1 is null or s.id = any ($1)
  ),
  claimed as (
    select distinct o.id as role_id, n.oid as schema_id
    from role o
    join integratedb.claim k on k.stakeholder_id = o.stakeholder_id
    join integratedb.claimed_table t on t.claim_id = k.id
    cross join lateral integratedb.relation_named(t.schema_name, t.table_name) r
    join pg_catalog.pg_namespace n on n.nspname = t.schema_name
    where n.nspowner <> o.id
      and (t.all_columns or exists (select from integratedb.claimed_column c where c.table_id = t.id))
  ),
  granted as (
    select e.grantee as role_id, n.oid as schema_id
    from pg_catalog.pg_namespace n
    cross join lateral pg_catalog.aclexplode(n.nspacl) e
    join role o on o.id = e.grantee
    where n.nspacl is not null and e.privilege_type = 'USAGE' and e.grantee <> n.nspowner and o.schema_name <> n.nspname
  ),
  drift as (
    select 'grant' as action, d.* from (select * from claimed except select * from granted) d
    where not pg_catalog.has_schema_privilege(d.role_id, d.schema_id, 'USAGE')
      or pg_catalog.has_schema_privilege(d.schema_id, 'USAGE WITH GRANT OPTION')
    union all
    select 'revoke', d.* from (select * from granted except select * from claimed) d
  )
  select d.action, o.name as role_name, d.schema_id from drift d join role o on o.id = d.role_id
$$;
