-- integratedb.end_sessions(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.end_sessions_as_owner(stakeholder text)
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  caller name := integratedb.take_call();
  owner integratedb.stakeholder;
  login_name name;
  session integer;
  ended integer := 0;
begin
  perform integratedb.authorize(end_sessions_as_owner.stakeholder, caller);
  owner := integratedb.require_stakeholder(end_sessions_as_owner.stakeholder);
  for login_name in
    select l.role_name from integratedb.login l
    where l.stakeholder_id = owner.id and l.closed is not null and exists (select from integratedb.sessions_of(l.role_name))
  loop
    perform integratedb.join_role(login_name);
    foreach session in array array(select s.pid from integratedb.sessions_of(login_name) s) loop
      -- In a query, the planner might ask this of the sessions of others before it looks whose they are.
      ended := ended + pg_terminate_backend(session)::integer;
    end loop;
  end loop;
  return ended;
end
$$;
