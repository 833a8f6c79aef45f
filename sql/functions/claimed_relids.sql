-- The tables that claims are about, as far as they exist.
create or replace function integratedb.claimed_relids(claim_ids integer[])
returns oid[]
language sql stable
as $$
  select coalesce(pg_catalog.array_agg(distinct r.relid), '{}')
  from integratedb.claimed_table t
  cross join lateral integratedb.relation_named(t.schema_name, t.table_name) r
  where t.claim_id = any ($1)
$$;
