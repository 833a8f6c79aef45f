-- Takes back what put_operator gave. Errors: IDB3007 not allowed.
create or replace function integratedb.delete_operator(role text)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set jit = off
set quote_all_identifiers = off
as $$
declare
  was_open boolean;
begin
  was_open := integratedb.lock_registry();
  delete from integratedb.operator o where o.role_name = delete_operator.role;
  if exists (select from pg_roles r where r.rolname = delete_operator.role) then
    execute format('revoke all on schema integratedb from %I', delete_operator.role);
    execute format('revoke all on all tables in schema integratedb from %I', delete_operator.role);
    execute format('revoke all on all functions in schema integratedb from %I', delete_operator.role);
    -- A relay's role may be an operator as well.
    perform integratedb.grant_relays();
  end if;
  perform integratedb.end_change(was_open);
end
$$;
