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
  granted as (
    select o.id as role_id, o.name, o.stakeholder_id, n.oid as schema_id, n.nspname as schema_name
    from pg_catalog.pg_namespace n
    cross join lateral pg_catalog.aclexplode(n.nspacl) e
    join role o on o.id = e.grantee
    where n.nspacl is not null and e.privilege_type = 'USAGE' and e.grantee <> n.nspowner and o.schema_name <> n.nspname
  ),
  lacking as (
    select o.id as role_id, o.name, o.stakeholder_id, n.oid as schema_id, n.nspname as schema_name
    from (
      select distinct k.stakeholder_id, t.schema_name
      from integratedb.claimed_table t
      join integratedb.claim k on k.id = t.claim_id
      where $1 is null or k.stakeholder_id = any ($1)
    ) c
    join role o on o.stakeholder_id = c.stakeholder_id
    join pg_catalog.pg_namespace n on n.nspname = c.schema_name
    where n.nspowner <> o.id
      and not exists (select from granted g where g.role_id = o.id and g.schema_id = n.oid)
      and (not pg_catalog.has_schema_privilege(o.id, n.oid, 'USAGE')
        or pg_catalog.has_schema_privilege(n.oid, 'USAGE WITH GRANT OPTION'))
  )
  select d.action, d.name as role_name, d.schema_id
  from (
    select 'grant' as action, true as is_needed, l.* from lacking l
    union all
    select 'revoke', false, g.* from granted g
  ) d
  where d.is_needed = exists (
    select from integratedb.claim k
    join integratedb.claimed_table t on t.claim_id = k.id and t.schema_name = d.schema_name
    cross join lateral integratedb.relation_named(t.schema_name, t.table_name) r
    where k.stakeholder_id = d.stakeholder_id
      and (t.all_columns or exists (select from integratedb.claimed_column c where c.table_id = t.id)))
$$;
