-- The tables on which something was granted to a role itself, on the table or on columns of it.
create or replace function integratedb.granted_tables(grantee oid)
returns setof oid
language sql stable
as $$
  select c.oid from pg_catalog.pg_class c cross join lateral pg_catalog.aclexplode(c.relacl) e
  where e.grantee = $1 and c.relowner <> $1
  union
  select a.attrelid from pg_catalog.pg_attribute a cross join lateral pg_catalog.aclexplode(a.attacl) e
  where a.attacl is not null and e.grantee = $1
$$;
