-- Deletes a claim; what no other claim of the stakeholder covers is revoked. False when there was no such claim.
-- Errors: IDB3007 not allowed.
create or replace function integratedb.delete_claim(stakeholder text, claim text)
returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.delete_claim_as_owner(stakeholder, claim);
end
$$;
