-- Sets a claim of a stakeholder, replacing what the claim said before, whole (rule K12), with its grants.
-- spec: {"match": [...]}, see docs/concepts.md. Returns what
-- integratedb.preview() returns, and "created".
-- Errors: IDB2002 the database cannot meet it, IDB2003 malformed, IDB2004 too large, IDB2005 policy, IDB2006 no such
-- stakeholder, IDB2007 bad claim name, IDB3007 not allowed, IDB3008 no right to grant.
create or replace function integratedb.put_claim(stakeholder text, claim text, spec jsonb)
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.put_claim_as_owner(stakeholder, claim, spec);
end
$$;
