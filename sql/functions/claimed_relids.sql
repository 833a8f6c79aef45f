-- The tables that claims are about, as far as they exist: those that have the name now, and those that had it when they
-- were last seen, since that is where the grants are.
create or replace function integratedb.claimed_relids(claim_ids integer[])
returns oid[]
language sql stable
as $$
  select coalesce(pg_catalog.array_agg(distinct r.relid), '{}')
  from integratedb.claimed_table t
  cross join lateral (
    select n.relid from integratedb.relation_named(t.schema_name, t.table_name) n
    union all
    select s.relid
    from integratedb.seen_relation s
    join pg_catalog.pg_class c on c.oid = s.relid
    where s.table_name = t.table_name and s.schema_name = t.schema_name
  ) r
  where t.claim_id = any ($1)
$$;
