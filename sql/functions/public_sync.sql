-- integratedb.sync() by the name that migrations call unqualified.
create or replace function public.integratedb_sync()
returns integer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
  select integratedb.sync()
$$;
