-- Every table on which one of the roles was granted SELECT on the table or a column.
create or replace function integratedb.granted_relids(role_names name[])
returns oid[]
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  role_ids oid[] := array(select r.oid from pg_roles r where r.rolname = any (role_names));
begin
  return array(
    select c.oid
    from pg_class c
    cross join lateral aclexplode(c.relacl) e
    where c.relacl is not null and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and e.grantee = any (role_ids) and e.privilege_type = 'SELECT' and e.grantee <> c.relowner
    union
    select a.attrelid
    from pg_attribute a
    cross join lateral aclexplode(a.attacl) e
    where a.attacl is not null and not a.attisdropped
      and e.grantee = any (role_ids) and e.privilege_type = 'SELECT');
end
$$;
