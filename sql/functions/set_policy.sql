-- Sets who may claim what, replacing the policy before, whole.
-- policy: {"rules": [{"effect": "allow" | "deny", "stakeholder": glob, "path": glob, "columns": [glob]}],
-- "sensitive": ["schema.table.column" as globs]}; stakeholder, path and columns default to everything. A denial wins;
-- once there is an allow rule, only what one matches may be claimed; a sensitive column must be named, no wildcard
-- matches it. What wildcards hold and may not is revoked. Refused while a claim names what it would forbid.
-- Errors: IDB2008 malformed, IDB2009 in conflict with claims, IDB3007 not allowed.
create or replace function integratedb.set_policy(policy jsonb)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set quote_all_identifiers = off
as $$
declare
  was_open boolean;
  problem text;
  every_claim integer[];
  claimed oid[];
begin
  problem := integratedb.policy_problem(set_policy.policy);
  if problem is not null then
    raise exception using errcode = 'P0001', message = problem, detail = 'IDB2008', hint = 'Correct the policy.';
  end if;
  was_open := integratedb.lock_registry();
  if (select p.document from integratedb.policy p) = set_policy.policy then
    return;
  end if;

  delete from integratedb.policy_rule;
  insert into integratedb.policy_rule (position, effect, stakeholder, path, column_name)
  select row_number() over (order by r.ordinality, c.ordinality), r.value ->> 'effect',
    coalesce(r.value ->> 'stakeholder', '*'), coalesce(r.value ->> 'path', '*'), c.pattern
  from jsonb_array_elements(coalesce(set_policy.policy -> 'rules', '[]')) with ordinality r
  cross join lateral jsonb_array_elements_text(coalesce(r.value -> 'columns', '["*"]')) with ordinality c(pattern, ordinality);
  insert into integratedb.policy_rule (position, effect, stakeholder, path, column_name)
  select (select count(*) from integratedb.policy_rule) + s.ordinality, 'sensitive', '*',
    substring(s.pattern from '^(.*)[.][^.]*$'), substring(s.pattern from '[^.]*$')
  from jsonb_array_elements_text(coalesce(set_policy.policy -> 'sensitive', '[]')) with ordinality s(pattern, ordinality);
  update integratedb.policy p set document = set_policy.policy;

  perform integratedb.refuse_if_forbidden(array(select k.id from integratedb.claim k));

  every_claim := array(select k.id from integratedb.claim k);
  claimed := integratedb.claimed_relids(every_claim);
  -- Shapes are left as they are: only a validation or a sync may take what is there for what is claimed.
  perform integratedb.forbid_wildcards(every_claim);
  perform integratedb.expand_wildcards(every_claim);
  perform integratedb.adjust(array(select s.id from integratedb.stakeholder s), every_claim,
    claimed || integratedb.claimed_relids(every_claim));
  perform integratedb.sync_notifications_of(array(select s.id from integratedb.stakeholder s));
  perform integratedb.end_change(was_open);
end
$$;
