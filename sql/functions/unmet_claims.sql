-- Every claim that the schema does not meet at this moment, one row for each thing that is missing, and what of
-- notifications cannot be delivered, with claim `notification <name>`. No rows: all is met.
-- max_reported bounds the rows, never the verdict; null for all.
create or replace function integratedb.unmet_claims(max_reported integer default null)
returns table (
  stakeholder text, claim text, path text, field text, problem text, expected text, actual text, message text
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
set jit = off
set quote_all_identifiers = off
as $$
  select u.stakeholder, u.claim, u.path, u.field, u.problem, u.expected, u.actual,
    integratedb.unmet_text(u.stakeholder, u.claim, u.path, u.field, u.problem, u.expected, u.actual)
  from integratedb.unmet(array(select k.id from integratedb.claim k)) u
  union all
  select n.stakeholder, 'notification ' || n.notification, n.path, n.field, n.problem, n.expected, n.actual, n.message
  from integratedb.undelivered() n
  limit case when max_reported is not null then greatest(max_reported, 0) end
$$;
