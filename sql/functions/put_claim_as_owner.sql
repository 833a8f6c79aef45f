-- integratedb.put_claim(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.put_claim_as_owner(stakeholder text, claim text, spec jsonb)
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
  problem jsonb;
  new_id integer;
  old_relids oid[];
  created boolean;
begin
  perform integratedb.authorize(put_claim_as_owner.stakeholder, caller);
  if coalesce(length(put_claim_as_owner.claim), 0) not between 1 and 128 then
    raise exception using errcode = 'P0001',
      message = format('the name of a claim has 1 to 128 characters, found %s', coalesce(length(put_claim_as_owner.claim), 0)),
      detail = 'IDB2007', hint = 'Choose a shorter name.';
  end if;
  was_open := integratedb.lock_registry();
  owner := integratedb.require_stakeholder(put_claim_as_owner.stakeholder);
  outlook := integratedb.preview(owner.name, put_claim_as_owner.spec);
  problem := outlook -> 'problems' -> 0;
  if problem is not null then
    raise exception using errcode = 'P0001',
      message = format('%s (claim %s): %s', owner.name, put_claim_as_owner.claim, (
        select string_agg(coalesce(nullif(p ->> 'property', 'the spec') || ': ', '') || (p ->> 'message'), E'\n')
        from (select p from jsonb_array_elements(outlook -> 'problems') p limit 50) x)),
      detail = problem ->> 'code',
      hint = case problem ->> 'code'
        when 'IDB2002' then 'Correct the claim, or mark what may be missing as optional.'
        when 'IDB2005' then 'Claim other columns, or have the database''s owner change the policy.'
        else 'Correct the spec.'
      end;
  end if;

  old_relids := integratedb.claimed_relids(array(
    select k.id from integratedb.claim k where k.stakeholder_id = owner.id and k.name = put_claim_as_owner.claim));

  created := not exists (select from integratedb.claim k where k.stakeholder_id = owner.id and k.name = put_claim_as_owner.claim);
  insert into integratedb.claim (stakeholder_id, name, spec) values (owner.id, put_claim_as_owner.claim, put_claim_as_owner.spec)
  on conflict (stakeholder_id, name) do update set spec = excluded.spec, put_at = now(), is_met = true
  returning id into new_id;
  perform integratedb.store_claim(new_id, put_claim_as_owner.spec);
  perform integratedb.adjust(array[owner.id], array[new_id], old_relids || integratedb.claimed_relids(array[new_id]));
  perform integratedb.refuse_if_unmet(array[new_id]);
  perform integratedb.sync_notifications_of(array[owner.id]);
  perform integratedb.end_change(was_open);
  return outlook || jsonb_build_object('created', created);
end
$$;
