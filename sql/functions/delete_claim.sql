-- Deletes a claim; what no other claim of the stakeholder covers is revoked. False when there was no such claim.
-- Errors: IDB3007 not allowed.
create or replace function integratedb.delete_claim(stakeholder text, claim text)
returns boolean
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  was_open boolean;
  gone record;
  old_relids oid[];
begin
  perform integratedb.authorize(delete_claim.stakeholder);
  was_open := integratedb.lock_registry();
  select k.id, k.stakeholder_id into gone
  from integratedb.claim k join integratedb.stakeholder s on s.id = k.stakeholder_id
  where s.name = lower(delete_claim.stakeholder) and k.name = delete_claim.claim;
  if not found then
    return false;
  end if;
  old_relids := integratedb.claimed_relids(array[gone.id]);
  delete from integratedb.claim k where k.id = gone.id;
  perform integratedb.adjust(array[gone.stakeholder_id], '{}', old_relids);
  perform integratedb.end_change(was_open);
  return true;
end
$$;
