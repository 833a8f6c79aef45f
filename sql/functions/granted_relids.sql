-- Every table on which the role, or with null any stakeholder's role, was granted SELECT on the table or a column.
create or replace function integratedb.granted_relids(role_name name)
returns oid[]
language sql stable
as $$
  with role as (
    select r.oid as id
    from pg_catalog.pg_roles r
    join integratedb.stakeholder s on s.role_name = r.rolname
    where $1 is null or r.rolname = $1
  )
  select coalesce(pg_catalog.array_agg(distinct g.relid), '{}')
  from (
    select c.oid as relid, e.grantee, e.privilege_type, c.relowner as owner
    from pg_catalog.pg_class c cross join lateral pg_catalog.aclexplode(c.relacl) e
    where c.relacl is not null and c.relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select a.attrelid, e.grantee, e.privilege_type, c.relowner
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    cross join lateral pg_catalog.aclexplode(a.attacl) e
    where a.attacl is not null and not a.attisdropped
  ) g
  join role r on r.id = g.grantee
  where g.privilege_type = 'SELECT' and g.owner <> g.grantee
$$;
