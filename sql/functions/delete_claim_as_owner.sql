-- integratedb.delete_claim(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.delete_claim_as_owner(stakeholder text, claim text)
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
  gone record;
  old_relids oid[];
begin
  perform integratedb.authorize(delete_claim_as_owner.stakeholder, caller);
  was_open := integratedb.lock_registry();
  select k.id, k.stakeholder_id into gone
  from integratedb.claim k join integratedb.stakeholder s on s.id = k.stakeholder_id
  where s.name = lower(delete_claim_as_owner.stakeholder) and k.name = delete_claim_as_owner.claim;
  if not found then
    return false;
  end if;
  old_relids := integratedb.claimed_relids(array[gone.id]);
  delete from integratedb.claim k where k.id = gone.id;
  perform integratedb.adjust(array[gone.stakeholder_id], '{}', old_relids);
  perform integratedb.sync_notifications_of(array[gone.stakeholder_id]);
  perform integratedb.end_change(was_open);
  return true;
end
$$;
