-- Closes the previous login of a stakeholder until the next rotation makes it new.
-- version: of the credentials that the caller holds. Only who holds the current ones may do without the ones before, and
-- only while no rotation is under way: else nothing is changed.
-- Returns whether a login is closed now, so that integratedb.end_sessions() has something to do.
-- Errors: IDB2006 no such stakeholder, IDB3007 not allowed.
create or replace function integratedb.retire_login(stakeholder text, version bigint)
returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.retire_login_as_owner(stakeholder, version);
end
$$;
