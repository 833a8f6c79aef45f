-- Ends the sessions of the closed logins of a stakeholder. Call it when the transaction that closed them has been
-- committed, and until it returns 0: who was about to connect at that moment shows up a moment later.
-- Returns how many sessions there were. Errors: IDB2006 no such stakeholder, IDB3007 not allowed.
create or replace function integratedb.end_sessions(stakeholder text)
returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.end_sessions_as_owner(stakeholder);
end
$$;
