-- Gives a stakeholder's application new credentials: sets the verifier of its idle login (made when needed) and makes
-- that one current, while the login in use goes on working until the next rotation.
-- verifier: a SCRAM-SHA-256 verifier, computed by the client, so that the server never sees the password.
-- current_login: the login that the application has now; null for the one that the registry has as current. Say it when
-- an earlier rotation may have gone unnoticed: the login in use is then never the one that is reset.
-- Returns {"username", "previous"}. Errors: IDB3005 not a verifier, IDB2006 no such stakeholder, IDB3007 not allowed.
create or replace function integratedb.rotate_login(stakeholder text, verifier text, current_login text default null)
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.rotate_login_as_owner(stakeholder, verifier, current_login);
end
$$;
