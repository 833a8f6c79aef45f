-- integratedb.put_delivery(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.put_delivery_as_owner(stakeholder text, store text, entry text, version bigint)
returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  caller name := integratedb.take_call();
  owner integratedb.stakeholder;
begin
  perform integratedb.authorize(put_delivery_as_owner.stakeholder, caller);
  owner := integratedb.lock_stakeholder(put_delivery_as_owner.stakeholder);
  if put_delivery_as_owner.version not between 1 and owner.last_version then
    raise exception using errcode = 'P0001',
      message = format('%s has had no credentials of version %s', owner.name, put_delivery_as_owner.version), detail = 'IDB3012',
      hint = format('Give the version that integratedb.rotate_login() returned; the newest is %s.', owner.last_version);
  end if;
  insert into integratedb.delivery as d (stakeholder_id, store, entry, version, delivered_at)
  values (owner.id, put_delivery_as_owner.store, put_delivery_as_owner.entry, put_delivery_as_owner.version,
    case when put_delivery_as_owner.version is not null then now() end)
  on conflict on constraint delivery_pkey do update
    set version = coalesce(excluded.version, d.version), delivered_at = coalesce(excluded.delivered_at, d.delivered_at);
  perform integratedb.settle_rotation(owner.id);
  return jsonb_build_object('waits_for', integratedb.waits_for(owner.id),
    'current', (select l.role_name from integratedb.login l where l.stakeholder_id = owner.id and l.is_current),
    'closed', exists (select from integratedb.login l where l.stakeholder_id = owner.id and l.closed is not null));
end
$$;
