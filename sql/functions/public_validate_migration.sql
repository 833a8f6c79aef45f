-- integratedb.validate_migration() by the name that migrations call unqualified.
create or replace function public.integratedb_validate_migration(max_reported integer default null)
returns integer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select integratedb.validate_migration(max_reported)
$$;
