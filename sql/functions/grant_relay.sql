-- Lets a relay connect with the role, and gives it what it needs and nothing else: it reads the routes and keeps its own
-- tables, and can read no table of a user. The role must be able to log in and to replicate.
-- role_name: an existing role. Errors: IDB2109 the role cannot do it, with the statement that helps, IDB1004, IDB3007.
create or replace function integratedb.grant_relay(role_name text)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  was_open boolean;
  problem record;
begin
  select p.text, p.remedy into problem
  from integratedb.relay_role_problem(grant_relay.role_name) p;
  if found then
    raise exception using errcode = 'P0001', message = problem.text, detail = 'IDB2109', hint = problem.remedy;
  end if;
  was_open := integratedb.lock_registry();
  perform integratedb.obtain_publications();
  insert into integratedb.relay_role (role_name) values (grant_relay.role_name) on conflict do nothing;
  perform integratedb.grant_relays();
  perform integratedb.end_change(was_open);
end
$$;
