-- Whether schema.* names the table: a partition is read through its parent when that is in the same schema.
create or replace function integratedb.is_listed(relid oid, is_partition boolean, schema_id oid)
returns boolean
language sql stable
as $$
  select not $2 or not exists (
    select from pg_catalog.pg_partition_ancestors($1) ancestor
    join pg_catalog.pg_class parent on parent.oid = ancestor.relid
    where parent.oid <> $1 and parent.relnamespace = $3)
$$;
