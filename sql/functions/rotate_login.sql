-- Gives a stakeholder's application new credentials: sets the verifier of its idle login (made when needed), while the
-- login in use goes on working until the next rotation. The new login becomes current once every store that
-- integratedb.put_delivery() has told of holds it; without stores, at once.
-- A rotation that has not come to its end is finished first: the caller that holds its credentials gets them named again,
-- nothing is changed, and "rotated" is false. So the login that a store holds is never the one that is reset.
-- verifier: a SCRAM-SHA-256 verifier, computed by the client, so that the server never sees the password.
-- current_login: the login that the caller has; null for the one that the registry has as current. Say it when an earlier
-- rotation may have gone unnoticed.
-- options: {"version": the version of the credentials that the caller has, "rotation": any value, that is kept with the
-- new ones for integratedb.preview_rotation()}.
-- Returns {"username", "version", "previous", "rotated", "waits_for": the stores that do not hold it yet}.
-- Errors: IDB3005 not a verifier, IDB2006 no such stakeholder, IDB3007 not allowed, IDB3011 bad options.
create or replace function integratedb.rotate_login(stakeholder text, verifier text, current_login text default null, options jsonb default '{}')
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.rotate_login_as_owner(stakeholder, verifier, current_login, options);
end
$$;
