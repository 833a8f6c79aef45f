-- integratedb.validate_migration() by the name that migrations call unqualified.
-- Errors: also 42501 with IDB3007 for the login of a stakeholder.
create or replace function public.integratedb_validate_migration(max_reported integer default null)
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from integratedb.login l where l.role_name = session_user) then
    raise exception using errcode = '42501',
      message = format('%s is the login of a stakeholder and runs no migrations', session_user), detail = 'IDB3007',
      hint = 'Validate as the role that runs the migration: the lock it takes holds up every other one.';
  end if;
  return integratedb.validate_migration(max_reported);
end
$$;
