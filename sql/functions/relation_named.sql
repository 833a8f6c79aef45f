-- The table of that name, if it counts as one; see integratedb.relation().
create or replace function integratedb.relation_named(schema_name name, table_name name)
returns table (relid oid, owner oid, row_security boolean)
language sql stable
as $$
  select c.oid as relid, c.relowner as owner, c.relrowsecurity as row_security
  from pg_catalog.pg_namespace n
  join pg_catalog.pg_class c on c.relnamespace = n.oid
  where n.nspname = $1 and c.relname = $2
    and c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't'
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'integratedb')
  offset 0
$$;
