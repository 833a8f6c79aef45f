-- What is not as the claims say, and the statement that repairs it: one row a finding, none when all is well.
-- `severity` is `error`, or `warning` for what is worth a look; `subject` is the stakeholder (with the login, where it
-- is one login's affair), `PUBLIC`, or `engine`; `remedy` is SQL to run as it stands, unless it says otherwise.
--
-- Looks for: rights beyond the claims, also by table-wide grants, PUBLIC or membership of other roles, and rights other
-- than SELECT; grants, USAGE on schemas, roles and logins that are missing; credentials that are old, were
-- revoked, or have not reached every store; rights that the engine's owner lacks;
-- functions that stand in for those of a migration; unmet claims; what keeps notifications from being read and delivered.
-- Changes nothing. `integratedb doctor` prints it.
--
-- ```sql
-- SELECT * FROM integratedb.inspect();
-- ```
create or replace function integratedb.inspect()
returns table (severity text, subject text, problem text, remedy text)
language sql stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
set quote_all_identifiers = off
as $$
  select f.severity, f.subject, f.problem, f.remedy
  from (
    select * from integratedb.inspect_missing()
    union all
    select * from integratedb.inspect_roles()
    union all
    select * from integratedb.inspect_logins()
    union all
    select * from integratedb.inspect_grants()
    union all
    select * from integratedb.inspect_shadows()
    union all
    select * from integratedb.inspect_notifications()
    union all
    select 'error', u.stakeholder, pg_catalog.format('needs %s%s (claim %s): %s', u.path, '.' || integratedb.path_text(u.field), u.claim,
        case when u.expected is null and u.actual is null then u.problem
          else coalesce(u.expected, u.problem) || ' -> ' || coalesce(u.actual, 'missing') end),
      'Restore it in a migration, or replace the claim ' || u.claim || '.'
    from integratedb.unmet(array(select k.id from integratedb.claim k)) u
  ) f
  order by f.severity, f.subject, f.problem
$$;
