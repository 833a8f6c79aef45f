-- integratedb.retire_login(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.retire_login_as_owner(stakeholder text, version bigint)
returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  caller name := integratedb.take_call();
  owner integratedb.stakeholder;
begin
  perform integratedb.authorize(retire_login_as_owner.stakeholder, caller);
  owner := integratedb.lock_stakeholder(retire_login_as_owner.stakeholder);
  if exists (
    select from integratedb.login l where l.stakeholder_id = owner.id and l.is_current and l.version = retire_login_as_owner.version) then
    perform integratedb.close_previous(owner.id);
  end if;
  return exists (select from integratedb.login l where l.stakeholder_id = owner.id and l.closed is not null);
end
$$;
