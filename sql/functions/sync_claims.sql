-- Brings what is stored of the given claims in line with the catalog, without judging it (rule K11): wildcards take in
-- new tables and columns that policy lets them, and let go of what is no longer there or no longer allowed; what a spec
-- leaves open is snapshotted again.
create or replace function integratedb.sync_claims(claim_ids integer[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform integratedb.forbid_wildcards(claim_ids);
  delete from integratedb.claimed_table t
  where t.claim_id = any (claim_ids) and t.from_wildcard
    and not exists (select from integratedb.relations_in(t.schema_name) r where r.table_name = t.table_name);
  perform integratedb.expand_wildcards(claim_ids);

  with claimed as materialized (
    select t.id, r.relid
    from integratedb.claimed_table t
    left join lateral integratedb.relation_named(t.schema_name, t.table_name) r on true
    where t.claim_id = any (claim_ids)
  ),
  shape as materialized (
    select d.relid, a.*
    from (select distinct t.relid from claimed t where t.relid is not null) d
    cross join lateral integratedb.columns_of(d.relid) a
  ),
  gone as (
    delete from integratedb.claimed_column c
    using claimed t
    where c.table_id = t.id and c.from_wildcard
      and not exists (select from shape a where a.relid = t.relid and a.name = c.name)
  )
  update integratedb.claimed_column c
  set
    type = a.type,
    length = case when c.length_stated then c.length else a.length end,
    digits = case when c.digits_stated then c.digits else a.digits end,
    scale = case when c.digits_stated then c.scale else a.scale end,
    not_null = case when c.not_null_stated then c.not_null else a.not_null end,
    definition = a.definition
  from claimed t
  join shape a on a.relid = t.relid
  where c.table_id = t.id and a.name = c.name
    and (not c.type_stated or c.type in (a.type, a.bare_type))
    and (
      (c.type, c.definition) is distinct from (a.type, a.definition)
      or not c.length_stated and c.length is distinct from a.length
      or not c.digits_stated and (c.digits, c.scale) is distinct from (a.digits, a.scale)
      or not c.not_null_stated and c.not_null is distinct from a.not_null);
end
$$;
