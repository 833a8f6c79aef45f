-- integratedb.put_notification(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.put_notification_as_owner(stakeholder text, notification text, spec jsonb)
returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set quote_all_identifiers = off
as $$
declare
  caller name := integratedb.take_call();
  was_open boolean;
  owner integratedb.stakeholder;
  outlook jsonb;
  new_id integer;
  created boolean;
begin
  perform integratedb.authorize(put_notification_as_owner.stakeholder, caller);
  if coalesce(length(put_notification_as_owner.notification), 0) not between 1 and 128 then
    raise exception using errcode = 'P0001',
      message = format('the name of a notification has 1 to 128 characters, found %s', coalesce(length(put_notification_as_owner.notification), 0)),
      detail = 'IDB2111', hint = 'Choose a shorter name.';
  end if;
  was_open := integratedb.lock_registry();
  owner := integratedb.require_stakeholder(put_notification_as_owner.stakeholder);
  outlook := integratedb.judge_notification(owner.name, put_notification_as_owner.spec);
  perform integratedb.require_deliverable(owner.name, put_notification_as_owner.notification, outlook);
  perform integratedb.obtain_publications();

  created := not exists (select from integratedb.notification n where n.stakeholder_id = owner.id and n.name = put_notification_as_owner.notification);
  insert into integratedb.notification (stakeholder_id, name, spec, follows_schema)
  values (owner.id, put_notification_as_owner.notification, put_notification_as_owner.spec,
    exists (select from integratedb.parse_notification(put_notification_as_owner.spec) p where p.table_name is null))
  on conflict (stakeholder_id, name) do update
  set spec = excluded.spec, follows_schema = excluded.follows_schema, put_at = now(), is_met = true
  returning id into new_id;
  perform integratedb.store_channels(new_id, put_notification_as_owner.spec -> 'channels');
  perform integratedb.sync_notifications(array[new_id], 'put');
  perform integratedb.end_change(was_open);
  return outlook || jsonb_build_object('created', created);
end
$$;
