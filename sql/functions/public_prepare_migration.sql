-- integratedb.prepare_migration() by the name that migrations call unqualified.
-- Errors: also 42501 with IDB3007 for the login of a stakeholder.
create or replace function public.integratedb_prepare_migration()
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform integratedb.refuse_login();
  return integratedb.prepare_migration();
end
$$;
