-- integratedb.unmet_claims() by the name that migrations call unqualified.
create or replace function public.integratedb_unmet_claims(max_reported integer default null)
returns table (
  stakeholder text, claim text, path text, field text, problem text, expected text, actual text, message text
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select * from integratedb.unmet_claims(max_reported)
$$;
