-- integratedb.delete_delivery(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.delete_delivery_as_owner(stakeholder text, store text, entry text)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  caller name := integratedb.take_call();
  owner_id integer;
begin
  perform integratedb.authorize(delete_delivery_as_owner.stakeholder, caller);
  select s.id into owner_id from integratedb.stakeholder s where s.name = lower(delete_delivery_as_owner.stakeholder) for no key update;
  delete from integratedb.delivery d
  where d.stakeholder_id = owner_id and d.store = delete_delivery_as_owner.store and d.entry = delete_delivery_as_owner.entry;
  if found then
    perform integratedb.settle_rotation(owner_id);
  end if;
end
$$;
