-- Notes the catalog of the given tables as seen, for integratedb.changed_names(); forgets those no longer claimed.
create or replace function integratedb.remember(relids oid[])
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  delete from integratedb.seen_relation where relid = any (relids);

  insert into integratedb.seen_relation (relid, schema_name, table_name, owner, row_security, is_partition, acl_hash)
  select r.relid, n.nspname, c.relname, r.owner, r.row_security, c.relispartition, coalesce(pg_catalog.hash_array_extended(c.relacl, 0), 0)
  from pg_catalog.unnest(relids) x(relid)
  join pg_catalog.pg_class c on c.oid = x.relid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  cross join lateral integratedb.relation_named(n.nspname, c.relname) r
  where exists (
    select from integratedb.claimed_table t where t.table_name = c.relname and t.schema_name = n.nspname);

  insert into integratedb.seen_column (relid, number, name, type_id, modifier, collation_id, not_null, acl_hash)
  select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation,
    a.attnotnull and not exists (
      select from pg_catalog.pg_constraint u
      where u.conrelid = a.attrelid and u.contype = 'n' and not u.convalidated and u.conkey[1] = a.attnum),
    coalesce(pg_catalog.hash_array_extended(a.attacl, 0), 0)
  from integratedb.seen_relation s
  join pg_catalog.pg_attribute a on a.attrelid = s.relid and a.attnum > 0 and not a.attisdropped
  where s.relid = any (relids);

  insert into integratedb.seen_type (id, definition)
  select c.type_id, pg_catalog.format_type(c.type_id, null) || ' ' || integratedb.type_definition(c.type_id)
  from (select distinct c.type_id from integratedb.seen_column c where c.relid = any (relids) and c.type_id >= 16384) c
  on conflict (id) do update set definition = excluded.definition where seen_type.definition <> excluded.definition;
$$;
