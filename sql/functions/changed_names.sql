-- The tables, by every name that matters to a claim, whose catalog differs from what was there when their claims were
-- last synced: altered, renamed, moved, dropped, made, granted or revoked, of a type whose definition changed, or under
-- row level security (policies are always looked at again). Cheap when nothing changed: one comparison a column.
create or replace function integratedb.changed_names()
returns table (relid oid, schema_name name, table_name name)
language sql stable
as $$
  with changed as (
    select s.relid
    from integratedb.seen_relation s
    left join pg_catalog.pg_class c on c.oid = s.relid
    left join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where s.row_security or s.is_pending or c.relrowsecurity is distinct from s.row_security
      or c.relname is distinct from s.table_name or n.nspname is distinct from s.schema_name
      or c.relowner is distinct from s.owner or integratedb.is_listed(c.oid, c.relispartition, c.relnamespace) is distinct from s.is_listed
      or coalesce(pg_catalog.hash_array_extended(c.relacl, 0), 0) <> s.acl_hash
      or coalesce(pg_catalog.hash_array_extended(c.reloptions, 0), 0) <> s.options_hash
    union
    select coalesce(s.relid, a.attrelid)
    from integratedb.seen_column s
    full join (
      select a.*, a.attnotnull and u.conrelid is null as is_not_null
      from pg_catalog.pg_attribute a
      join integratedb.seen_relation r on r.relid = a.attrelid
      left join (
        select k.conrelid, k.conkey[1] as number
        from pg_catalog.pg_constraint k where k.contype = 'n' and not k.convalidated
      ) u on u.conrelid = a.attrelid and u.number = a.attnum
      where a.attnum > 0 and not a.attisdropped
    ) a on a.attrelid = s.relid and a.attnum = s.number
    where s.type_id is distinct from a.atttypid or s.modifier <> a.atttypmod or s.name <> a.attname
      or s.not_null <> a.is_not_null or s.collation_id <> a.attcollation
      or s.acl_hash <> coalesce(pg_catalog.hash_array_extended(a.attacl, 0), 0)
    union
    select s.relid
    from integratedb.seen_column s
    join integratedb.seen_type t on t.id = s.type_id
    where t.definition is distinct from pg_catalog.format_type(t.id, null) || ' ' || integratedb.type_definition(t.id)
  )
  select c.relid, s.schema_name, s.table_name
  from changed c join integratedb.seen_relation s on s.relid = c.relid
  union
  select r.relid, r.schema_name, r.table_name
  from changed c join integratedb.relation() r on r.relid = c.relid
  union
  select r.relid, r.schema_name, r.table_name
  from integratedb.relation() r
  where not exists (select from integratedb.seen_relation s where s.relid = r.relid)
    and (
      exists (select from integratedb.claimed_table t where t.table_name = r.table_name and t.schema_name = r.schema_name)
      or exists (select from integratedb.claimed_schema w where w.schema_name = r.schema_name) and r.is_listed)
$$;
