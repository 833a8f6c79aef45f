-- Every table on which one of the roles was granted SELECT on the table or a column. unseen_only: only tables that are not
-- claimed, since integratedb.changed_names() sees the others.
create or replace function integratedb.granted_relids(role_names name[], unseen_only boolean default false)
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
    where (not unseen_only or not exists (select from integratedb.seen_relation s where s.relid = c.oid))
      and c.relacl is not null and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and e.grantee = any (role_ids) and e.privilege_type = 'SELECT' and e.grantee <> c.relowner
    union
    select a.attrelid
    from pg_attribute a
    cross join lateral aclexplode(a.attacl) e
    where (not unseen_only or not exists (select from integratedb.seen_relation s where s.relid = a.attrelid))
      and a.attacl is not null and not a.attisdropped
      and e.grantee = any (role_ids) and e.privilege_type = 'SELECT');
end
$$;
