-- integratedb.delete_notification(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.delete_notification_as_owner(stakeholder text, notification text)
returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set quote_all_identifiers = off
as $$
declare
  caller name := integratedb.take_call();
  was_open boolean;
begin
  perform integratedb.authorize(delete_notification_as_owner.stakeholder, caller);
  was_open := integratedb.lock_registry();
  delete from integratedb.notification n
  using integratedb.stakeholder s
  where s.id = n.stakeholder_id and s.name = lower(delete_notification_as_owner.stakeholder)
    and n.name = delete_notification_as_owner.notification;
  if not found then
    return false;
  end if;
  perform integratedb.sync_notifications('{}', 'put');
  perform integratedb.end_change(was_open);
  return true;
end
$$;
