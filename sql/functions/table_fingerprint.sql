-- What matters of a table to notifications, as one text. 'under row level security' for a table whose policies have to be
-- looked at again, and 'missing' when it is not there.
create or replace function integratedb.table_fingerprint(schema_name name, table_name name)
returns text
language sql stable
as $$
  select coalesce((
    select case when not c.relrowsecurity then pg_catalog.md5(pg_catalog.concat_ws(';',
      c.oid, c.relkind, c.relpersistence, c.relispartition, c.relreplident, c.relowner,
      (select pg_catalog.string_agg(pg_catalog.concat_ws(',', a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation, a.attgenerated), ';' order by a.attnum)
        from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
      (select pg_catalog.string_agg(pg_catalog.concat_ws(',', m.oid, m.relkind, m.relpersistence, m.relreplident,
          (select pg_catalog.string_agg(pg_catalog.concat_ws(',', i.indexrelid, i.indisprimary, i.indisreplident, i.indimmediate, i.indisvalid, i.indkey), ';' order by i.indexrelid)
            from pg_catalog.pg_index i where i.indrelid = m.oid and (i.indisprimary or i.indisreplident))), ';' order by m.oid)
        from (
          select c.oid, c.relkind, c.relpersistence, c.relreplident
          union
          select p.oid, p.relkind, p.relpersistence, p.relreplident
          from pg_catalog.pg_partition_tree(case when c.relkind = 'p' then c.oid end) t join pg_catalog.pg_class p on p.oid = t.relid
        ) m),
      (select pg_catalog.string_agg(h.inhrelid::text, ',' order by h.inhrelid) from pg_catalog.pg_inherits h where h.inhparent = c.oid)))
      else 'under row level security' end
    from pg_catalog.pg_namespace n
    join pg_catalog.pg_class c on c.relnamespace = n.oid
    where n.nspname = $1 and c.relname = $2
    offset 0), 'missing')
$$;
