-- Makes the role that will own what a stakeholder leaves behind, unless it is there: no login, no rights, no members but
-- the engine's owner.
create or replace function integratedb.obtain_heir(role_name name)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from pg_roles r where r.rolname = obtain_heir.role_name) then
    execute format('create role %I nologin', role_name);
    execute format('comment on role %I is %L', role_name, 'Made by integratedb: owns what a deleted stakeholder left behind.');
  end if;
  perform integratedb.join_role(role_name);
end
$$;
