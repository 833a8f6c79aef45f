-- Makes the grants on the given tables equal to the claims, and USAGE on schemas with them, in this transaction, so that
-- no reader ever sees a state in between. Verifies in the catalog: GRANT only warns when it grants nothing.
-- Errors: IDB3008 with the statement that gives the engine's owner the right it lacks.
create or replace function integratedb.reconcile(relids oid[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  drift record;
  missing record;
begin
  begin
    for drift in select d.*, d.relid::regclass::text as name from integratedb.grant_drift(relids) d where d.action = 'revoke' loop
      execute format('revoke select %s on %s from %I', integratedb.column_list(drift.columns), drift.name, drift.role_name);
    end loop;
    for drift in
      select u.action, u.role_name, n.nspname from integratedb.usage_drift() u join pg_namespace n on n.oid = u.schema_id
    loop
      execute format(case drift.action when 'grant' then 'grant usage on schema %I to %I' else 'revoke usage on schema %I from %I' end,
        drift.nspname, drift.role_name);
    end loop;
    for drift in select d.*, d.relid::regclass::text as name from integratedb.grant_drift(relids) d where d.action = 'grant' loop
      execute format('grant select %s on %s to %I', integratedb.column_list(drift.columns), drift.name, drift.role_name);
    end loop;
  exception when insufficient_privilege then
    null;
  end;

  select d.role_name, d.relid::regclass::text as object, pg_get_userbyid(c.relowner) as owner,
    format('GRANT %I TO %I;', pg_get_userbyid(c.relowner), current_user) as remedy into missing
  from integratedb.grant_drift(relids) d
  join pg_class c on c.oid = d.relid
  where d.action = 'grant'
  union all
  select u.role_name, 'schema ' || quote_ident(n.nspname), pg_get_userbyid(n.nspowner),
    format('GRANT USAGE ON SCHEMA %I TO %I WITH GRANT OPTION;', n.nspname, current_user)
  from integratedb.usage_drift() u
  join pg_namespace n on n.oid = u.schema_id
  where u.action = 'grant'
  limit 1;
  if found then
    raise exception using errcode = '42501',
      message = format('%s cannot be granted what it claims on %s: the engine''s owner %s has no right to grant it', missing.role_name, missing.object, current_user),
      detail = 'IDB3008',
      hint = format('As %s or a superuser: %s', missing.owner, missing.remedy);
  end if;
end
$$;
