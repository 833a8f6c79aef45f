-- Says which credentials of a stakeholder an entry of a secret store holds: those of the version that
-- integratedb.rotate_login() returned. Once all entries hold the newest, its login becomes the current one.
-- Call it before the entry is first written, too, without a version: a rotation then waits for that entry, and no login
-- that it may hold is reset meanwhile. `store` and `entry` are any names that tell entries apart.
-- Returns {"current": the current login, "waits_for": the stores that do not hold the newest credentials, "closed": whether
-- a login is closed, so that integratedb.end_sessions() has something to do}.
-- Errors: IDB2006 no such stakeholder, IDB3007 not allowed, IDB3012 credentials of no such version.
create or replace function integratedb.put_delivery(stakeholder text, store text, entry text, version bigint default null)
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.put_delivery_as_owner(stakeholder, store, entry, version);
end
$$;
