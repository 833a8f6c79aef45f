-- Closes both logins of a stakeholder at once, as after a leak: nobody can connect with them any more. Follow it, in a
-- transaction of its own, with integratedb.end_sessions(), which ends the sessions that are open. The next rotation makes
-- a login with a new password. It waits for no migration.
-- Returns the names of the logins. Errors: IDB2006 no such stakeholder, IDB3007 not allowed.
create or replace function integratedb.revoke_logins(stakeholder text)
returns text[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.revoke_logins_as_owner(stakeholder);
end
$$;
