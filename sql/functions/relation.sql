-- What counts as a table: tables, partitioned tables, views, materialised and foreign tables; never temporary ones.
-- is_listed: whether schema.* names it.
create or replace function integratedb.relation()
returns table (
  relid oid, schema_name name, table_name name, owner oid, row_security boolean, is_listed boolean
)
language sql stable
as $$
  select
    c.oid as relid, n.nspname as schema_name, c.relname as table_name, c.relowner as owner,
    c.relrowsecurity as row_security,
    integratedb.is_listed(c.oid, c.relispartition, c.relnamespace) as is_listed
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't'
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'integratedb')
$$;
