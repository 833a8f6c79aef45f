-- Takes back what grant_relay gave. The role, its slot and what it kept stay. role_name: the role of a relay.
-- Errors: IDB3007 not allowed.
create or replace function integratedb.revoke_relay(role_name text)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  was_open boolean;
begin
  was_open := integratedb.lock_registry();
  delete from integratedb.relay_role r where r.role_name = revoke_relay.role_name;
  if exists (select from pg_roles r where r.rolname = revoke_relay.role_name) then
    execute format('revoke all on all tables in schema integratedb from %I', revoke_relay.role_name);
    execute format('revoke all on all functions in schema integratedb from %I', revoke_relay.role_name);
    execute format('revoke all on schema integratedb from %I', revoke_relay.role_name);
    -- An operator may be a relay as well.
    perform integratedb.grant_operators();
  end if;
  perform integratedb.end_change(was_open);
end
$$;
