-- integratedb.revoke_logins(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.revoke_logins_as_owner(stakeholder text)
returns text[]
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  caller name := integratedb.take_call();
  owner integratedb.stakeholder;
  login_name name;
  closed text[] := '{}';
begin
  perform integratedb.authorize(revoke_logins_as_owner.stakeholder, caller);
  owner := integratedb.lock_stakeholder(revoke_logins_as_owner.stakeholder);
  for login_name in select l.role_name from integratedb.login l where l.stakeholder_id = owner.id order by l.slot loop
    perform integratedb.close_login(login_name, 'revoked');
    closed := closed || login_name::text;
  end loop;
  return closed;
end
$$;
