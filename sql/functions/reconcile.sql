-- Makes the grants on the given tables equal to the claims, and USAGE on schemas with them, in this transaction, so that
-- no reader ever sees a state in between. Verifies in the catalog: GRANT only warns when it grants nothing.
-- stakeholder_ids: whose USAGE to look at besides those whose grants differ; null for all. Returns whether anything changed.
-- Waits for a table less than it takes to find a deadlock: the migration that holds it waits for the registry, and must win.
-- Errors: 40001 with IDB1109 when a table is held, IDB3008 with the statement that gives the engine's owner the right it lacks.
create or replace function integratedb.reconcile(relids oid[], stakeholder_ids integer[])
returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
set lock_timeout = '700ms'
as $$
declare
  step record;
  steps text[];
  users integer[];
  missing record;
begin
  select array_agg(format(
      case d.action when 'grant' then 'grant select %s on %s to %I' else 'revoke select %s on %s from %I' end,
      integratedb.column_list(d.columns), d.relid::regclass, d.role_name) order by d.action desc),
    stakeholder_ids || array_agg(distinct s.id)
  into steps, users
  from integratedb.grant_drift(relids) d
  join integratedb.stakeholder s on s.role_name = d.role_name;

  select steps || array_agg(format(
    case u.action when 'grant' then 'grant usage on schema %I to %I' else 'revoke usage on schema %I from %I' end,
    n.nspname, u.role_name))
  into steps
  from integratedb.usage_drift(case when stakeholder_ids is not null then coalesce(users, stakeholder_ids) end) u
  join pg_namespace n on n.oid = u.schema_id;
  if steps is null then
    return false;
  end if;

  begin
    for step in select s.statement from unnest(steps) s(statement) loop
      execute step.statement;
    end loop;
    -- Revoking from a whole table takes the grants on its columns with it.
    for step in
      select format('grant select %s on %s to %I', integratedb.column_list(d.columns), d.relid::regclass, d.role_name) as statement
      from integratedb.grant_drift(relids) d
      where d.action = 'grant'
    loop
      execute step.statement;
    end loop;
  exception
    when insufficient_privilege then
      null;
    when lock_not_available then
      raise exception using errcode = '40001',
        message = 'a table is being changed by another transaction', detail = 'IDB1109', hint = 'Try again when it has ended.';
  end;

  select d.role_name, d.relid::regclass::text as object, pg_get_userbyid(c.relowner) as owner,
    format('GRANT %I TO %I;', pg_get_userbyid(c.relowner), current_user) as remedy into missing
  from integratedb.grant_drift(relids) d
  join pg_class c on c.oid = d.relid
  where d.action = 'grant'
  union all
  select u.role_name, 'schema ' || quote_ident(n.nspname), pg_get_userbyid(n.nspowner),
    format('GRANT USAGE ON SCHEMA %I TO %I WITH GRANT OPTION;', n.nspname, current_user)
  from integratedb.usage_drift(case when stakeholder_ids is not null then coalesce(users, stakeholder_ids) end) u
  join pg_namespace n on n.oid = u.schema_id
  where u.action = 'grant'
  limit 1;
  if found then
    raise exception using errcode = '42501',
      message = format('%s cannot be granted what it claims on %s: the engine''s owner %s has no right to grant it', missing.role_name, missing.object, current_user),
      detail = 'IDB3008',
      hint = format('As %s or a superuser: %s', missing.owner, missing.remedy);
  end if;
  return true;
end
$$;
