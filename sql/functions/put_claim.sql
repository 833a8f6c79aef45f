-- Sets a claim of a stakeholder, replacing what the claim said before, whole (rule K12), with its grants.
-- spec: {"match": [...]}, see docs/concepts.md. Returns what
-- integratedb.preview() returns, and "created".
-- Errors: IDB2002 the database cannot meet it, IDB2003 malformed, IDB2004 too large, IDB2005 policy, IDB2006 no such
-- stakeholder, IDB2007 bad claim name, IDB3007 not allowed, IDB3008 no right to grant.
create or replace function integratedb.put_claim(stakeholder text, claim text, spec jsonb)
returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  was_open boolean;
  owner integratedb.stakeholder;
  outlook jsonb;
  problem jsonb;
  new_id integer;
  old_relids oid[];
  created boolean;
begin
  perform integratedb.authorize(put_claim.stakeholder);
  if coalesce(length(put_claim.claim), 0) not between 1 and 128 then
    raise exception using errcode = 'P0001',
      message = format('the name of a claim has 1 to 128 characters, found %s', coalesce(length(put_claim.claim), 0)),
      detail = 'IDB2007', hint = 'Choose a shorter name.';
  end if;
  was_open := integratedb.lock_registry();
  owner := integratedb.require_stakeholder(put_claim.stakeholder);
  outlook := integratedb.preview(owner.name, put_claim.spec);
  problem := outlook -> 'problems' -> 0;
  if problem is not null then
    raise exception using errcode = 'P0001',
      message = format('%s (claim %s): %s', owner.name, put_claim.claim, (
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
    select k.id from integratedb.claim k where k.stakeholder_id = owner.id and k.name = put_claim.claim));

  created := not exists (select from integratedb.claim k where k.stakeholder_id = owner.id and k.name = put_claim.claim);
  insert into integratedb.claim (stakeholder_id, name, spec) values (owner.id, put_claim.claim, put_claim.spec)
  on conflict (stakeholder_id, name) do update set spec = excluded.spec, put_at = now(), is_met = true
  returning id into new_id;
  perform integratedb.store_claim(new_id, put_claim.spec);
  perform integratedb.adjust(array[owner.id], array[new_id], old_relids || integratedb.claimed_relids(array[new_id]));
  perform integratedb.end_change(was_open);
  return outlook || jsonb_build_object('created', created);
end
$$;
