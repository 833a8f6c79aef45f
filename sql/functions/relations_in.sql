-- The tables that schema.* names.
create or replace function integratedb.relations_in(schema_name name)
returns table (relid oid, table_name name, row_security boolean)
language sql stable
as $$
  select c.oid as relid, c.relname as table_name, c.relrowsecurity as row_security
  from pg_catalog.pg_namespace n
  join pg_catalog.pg_class c on c.relnamespace = n.oid
  where n.nspname = $1
    and c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't'
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'integratedb')
    and integratedb.is_listed(c.oid, c.relispartition, c.relnamespace)
  offset 0
$$;
