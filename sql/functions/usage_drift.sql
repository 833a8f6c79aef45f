-- Where USAGE of stakeholders' roles on schemas differs from their claims: each schema with a claimed column needs it,
-- beside the stakeholder's own.
create or replace function integratedb.usage_drift()
returns table (action text, role_name name, schema_id oid)
language sql stable
as $$
  with role as (
    select r.oid as id, r.rolname as name, s.id as stakeholder_id, s.schema_name
    from integratedb.stakeholder s
    join pg_catalog.pg_roles r on r.rolname = s.role_name
  ),
  desired as (
    select distinct o.id as role_id, n.oid as schema_id
    from (
      select distinct k.stakeholder_id, t.schema_name
      from integratedb.claimed_table t
      join integratedb.claim k on k.id = t.claim_id
      join integratedb.seen_relation r on r.table_name = t.table_name and r.schema_name = t.schema_name
      where t.all_columns or exists (select from integratedb.claimed_column c where c.table_id = t.id)
    ) c
    join role o on o.stakeholder_id = c.stakeholder_id
    join pg_catalog.pg_namespace n on n.nspname = c.schema_name
    where n.nspowner <> o.id
  ),
  actual as (
    select e.grantee as role_id, n.oid as schema_id
    from pg_catalog.pg_namespace n
    cross join lateral pg_catalog.aclexplode(n.nspacl) e
    join role o on o.id = e.grantee
    where n.nspacl is not null and e.privilege_type = 'USAGE' and e.grantee <> n.nspowner and o.schema_name <> n.nspname
  ),
  drift as (
    select 'grant' as action, d.* from (select * from desired except select * from actual) d
    union all
    select 'revoke', d.* from (select * from actual except select * from desired) d
  )
  select d.action, o.name as role_name, d.schema_id from drift d join role o on o.id = d.role_id
$$;
