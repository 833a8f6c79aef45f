-- Notes the rights on the given tables as seen, after the engine has changed them itself.
create or replace function integratedb.remember_grants(relids oid[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  update integratedb.seen_relation s set acl_hash = coalesce(hash_array_extended(c.relacl, 0), 0)
  from pg_class c
  where s.relid = any (relids) and c.oid = s.relid
    and s.acl_hash <> coalesce(hash_array_extended(c.relacl, 0), 0);

  update integratedb.seen_column s set acl_hash = coalesce(hash_array_extended(a.attacl, 0), 0)
  from pg_attribute a
  where s.relid = any (relids) and a.attrelid = s.relid and a.attnum = s.number
    and s.acl_hash <> coalesce(hash_array_extended(a.attacl, 0), 0);
end
$$;
