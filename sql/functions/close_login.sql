-- Lets nobody log in with a login of a stakeholder any more. Whoever is connected stays so until integratedb.end_sessions().
-- The password goes, too: the login opens with a new one only. why: 'retired' or 'revoked'.
create or replace function integratedb.close_login(login_name name, why text)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from pg_roles r where r.rolname = login_name) then
    execute format('alter role %I nologin password null', login_name);
  end if;
  update integratedb.login l set closed = why where l.role_name = login_name;
end
$$;
