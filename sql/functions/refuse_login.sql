-- Keeps the logins of stakeholders from what only migrations do. Errors: 42501 with IDB3007.
create or replace function integratedb.refuse_login()
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from integratedb.login l where l.role_name = session_user) then
    raise exception using errcode = '42501',
      message = format('%s is the login of a stakeholder and runs no migrations', session_user), detail = 'IDB3007',
      hint = 'Validate as the role that runs the migration: the lock it takes holds up every other one.';
  end if;
end
$$;
