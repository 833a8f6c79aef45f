-- Takes back what a relay's login was granted, and drops it if the engine made it. role_name: of the login.
-- Returns what was left behind: [{"object", "reason"}]. Errors: IDB3007, IDB3008.
create or replace function integratedb.drop_relay_login(role_name text)
returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  was_open boolean;
  kept jsonb := '[]';
  role_id oid := (select r.oid from pg_roles r where r.rolname = drop_relay_login.role_name);
begin
  was_open := integratedb.lock_registry();
  perform integratedb.revoke_relay(role_name);
  if shobj_description(role_id, 'pg_authid') = integratedb.relay_mark() then
    kept := integratedb.drop_role(role_name, 'left_by_' || role_name);
  elsif role_id is not null then
    kept := jsonb_build_array(jsonb_build_object('object', format('role %I', role_name), 'reason', 'it was not made here'));
  end if;
  perform integratedb.end_change(was_open);
  return kept;
end
$$;
