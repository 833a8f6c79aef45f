-- Notes the catalog of the given tables as seen, for integratedb.changed_names(); forgets those no longer claimed.
-- is_pending: whether the next validation is to look at them all the same.
-- The definition of a type that is known stays as noted until integratedb.settle() has looked at every table with it.
create or replace function integratedb.remember(relids oid[], is_pending boolean default false)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from integratedb.seen_relation s where s.relid = any (relids);

  insert into integratedb.seen_relation (relid, schema_name, table_name, owner, row_security, is_listed, is_pending, options_hash, acl_hash)
  select c.oid, n.nspname, c.relname, c.relowner, c.relrowsecurity,
    integratedb.is_listed(c.oid, c.relispartition, c.relnamespace), remember.is_pending,
    coalesce(hash_array_extended(c.reloptions, 0), 0),
    coalesce(hash_array_extended(c.relacl, 0), 0)
  from unnest(relids) x(relid)
  join pg_class c on c.oid = x.relid
  join pg_namespace n on n.oid = c.relnamespace
  cross join lateral integratedb.relation_named(n.nspname, c.relname) r
  -- A scalar subquery is looked up by index, once a table; the planner makes a join over every claim of an exists.
  where (select true from integratedb.claimed_table t where t.table_name = c.relname and t.schema_name = n.nspname limit 1);

  insert into integratedb.seen_column (relid, number, name, type_id, modifier, collation_id, not_null, acl_hash)
  select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation,
    a.attnotnull and not exists (
      select from pg_constraint u
      where u.conrelid = a.attrelid and u.contype = 'n' and not u.convalidated and u.conkey[1] = a.attnum),
    coalesce(hash_array_extended(a.attacl, 0), 0)
  from integratedb.seen_relation s
  join pg_attribute a on a.attrelid = s.relid and a.attnum > 0 and not a.attisdropped
  where s.relid = any (relids);

  insert into integratedb.seen_type (id, definition)
  select c.type_id, format_type(c.type_id, null) || ' ' || integratedb.type_definition(c.type_id)
  from (select distinct c.type_id from integratedb.seen_column c where c.relid = any (relids) and c.type_id >= 16384) c
  on conflict do nothing;
end
$$;
