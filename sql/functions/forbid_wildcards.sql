-- Takes from wildcards of the given claims what policy does not let them have.
create or replace function integratedb.forbid_wildcards(claim_ids integer[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from integratedb.claimed_table t
  using integratedb.claim k, integratedb.stakeholder s
  where t.claim_id = any (claim_ids) and t.from_wildcard and k.id = t.claim_id and s.id = k.stakeholder_id
    and not integratedb.permits(s.name, t.schema_name, t.table_name, null, false);

  delete from integratedb.claimed_column c
  using integratedb.claimed_table t, integratedb.claim k, integratedb.stakeholder s
  where t.claim_id = any (claim_ids) and c.table_id = t.id and c.from_wildcard
    and k.id = t.claim_id and s.id = k.stakeholder_id
    and not integratedb.permits(s.name, t.schema_name, t.table_name, c.name, false);
end
$$;
