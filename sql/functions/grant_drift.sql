-- Where the SELECT grants of stakeholders' roles on the given tables differ from their claims: desired minus actual,
-- from the ACLs of the real catalog. columns is null for a grant on the whole table, which only a table without columns
-- needs (its rows can be counted by nothing else).
create or replace function integratedb.grant_drift(relids oid[])
returns table (action text, role_name name, relid oid, columns name[])
language sql stable
as $$
  with role as (
    select r.oid as id, r.rolname as name, s.id as stakeholder_id
    from integratedb.stakeholder s
    join pg_catalog.pg_roles r on r.rolname = s.role_name
  ),
  target as (
    select x.relid, n.nspname as schema_name, c.relname as table_name, c.relowner as owner
    from pg_catalog.unnest($1) x(relid)
    join pg_catalog.pg_class c on c.oid = x.relid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  ),
  desired as (
    select o.id as role_id, r.relid, a.attnum as number
    from target r
    join integratedb.claimed_table t on t.table_name = r.table_name and t.schema_name = r.schema_name
    join integratedb.claim k on k.id = t.claim_id
    join role o on o.stakeholder_id = k.stakeholder_id
    join integratedb.claimed_column c on c.table_id = t.id
    join pg_catalog.pg_attribute a on a.attrelid = r.relid and a.attname = c.name and a.attnum > 0 and not a.attisdropped
    where o.id <> r.owner
    union
    select o.id, r.relid, 0
    from target r
    join integratedb.claimed_table t on t.table_name = r.table_name and t.schema_name = r.schema_name
    join integratedb.claim k on k.id = t.claim_id
    join role o on o.stakeholder_id = k.stakeholder_id
    where t.all_columns and o.id <> r.owner and not exists (
      select from pg_catalog.pg_attribute a where a.attrelid = r.relid and a.attnum > 0 and not a.attisdropped)
  ),
  actual as (
    select e.grantee as role_id, a.attrelid as relid, a.attnum as number
    from pg_catalog.pg_attribute a
    cross join lateral pg_catalog.aclexplode(a.attacl) e
    where a.attrelid = any ($1) and a.attacl is not null and not a.attisdropped and e.privilege_type = 'SELECT'
      and e.grantee in (select r.id from role r)
    union
    select e.grantee, c.oid, 0
    from pg_catalog.pg_class c
    join target t on t.relid = c.oid
    cross join lateral pg_catalog.aclexplode(c.relacl) e
    where c.relacl is not null and e.privilege_type = 'SELECT' and e.grantee <> c.relowner
      and e.grantee in (select r.id from role r)
  ),
  drift as (
    select 'grant' as action, d.* from (select * from desired except select * from actual) d
    union all
    select 'revoke', d.* from (select * from actual except select * from desired) d
  )
  select d.action, o.name as role_name, d.relid, pg_catalog.array_agg(a.attname order by a.attnum) filter (where d.number > 0) as columns
  from drift d
  join role o on o.id = d.role_id
  left join pg_catalog.pg_attribute a on a.attrelid = d.relid and a.attnum = d.number
  group by d.action, o.name, d.relid, d.number = 0
$$;
