-- Closes the login that was current before, unless a rotation is under way, for which it may be the newest.
create or replace function integratedb.close_previous(stakeholder_id integer)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  previous integratedb.login;
begin
  select l.* into previous
  from integratedb.login l
  join integratedb.login c on c.stakeholder_id = l.stakeholder_id and c.is_current and c.version > l.version
  where l.stakeholder_id = close_previous.stakeholder_id and integratedb.is_open(l);
  if found then
    perform integratedb.close_login(previous.role_name, 'retired');
  end if;
end
$$;
