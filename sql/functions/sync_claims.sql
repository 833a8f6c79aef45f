-- Brings what is stored of the given claims in line with the catalog, without judging it (rule K11): wildcards take in
-- new tables and columns that policy lets them, and let go of what is no longer there or no longer allowed; what a spec
-- leaves open is snapshotted again.
create or replace function integratedb.sync_claims(claim_ids integer[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from integratedb.claimed_table t
  using integratedb.claim k, integratedb.stakeholder s
  where t.claim_id = any (claim_ids) and t.from_wildcard and k.id = t.claim_id and s.id = k.stakeholder_id
    and (
      not exists (select from integratedb.relations_in(t.schema_name) r where r.table_name = t.table_name)
      or not integratedb.permits(s.name, t.schema_name, t.table_name, null, false));

  insert into integratedb.claimed_table (claim_id, match, alternative, schema_name, table_name, optional, from_wildcard, all_columns)
  select w.claim_id, w.match, 0, w.schema_name, r.table_name, w.optional, true, true
  from integratedb.claimed_schema w
  join integratedb.claim k on k.id = w.claim_id
  join integratedb.stakeholder s on s.id = k.stakeholder_id
  cross join lateral integratedb.relations_in(w.schema_name) r
  where w.claim_id = any (claim_ids)
    and integratedb.permits(s.name, w.schema_name, r.table_name, null, false)
  on conflict do nothing;

  with claimed as materialized (
    select t.id, t.all_columns, t.schema_name, t.table_name, s.name as stakeholder, r.relid
    from integratedb.claimed_table t
    join integratedb.claim k on k.id = t.claim_id
    join integratedb.stakeholder s on s.id = k.stakeholder_id
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
      and (
        not exists (select from shape a where a.relid = t.relid and a.name = c.name)
        or not integratedb.permits(t.stakeholder, t.schema_name, t.table_name, c.name, false))
  ),
  come as (
    insert into integratedb.claimed_column (
      table_id, field, field_alternative, name, optional, from_wildcard, type_stated, length_stated, digits_stated,
      not_null_stated, type, length, digits, scale, not_null, definition)
    select t.id, 0, 0, a.name, false, true, false, false, false, false, a.type, a.length, a.digits, a.scale, a.not_null, a.definition
    from claimed t
    join shape a on a.relid = t.relid
    where t.all_columns
      and not exists (select from integratedb.claimed_column c where c.table_id = t.id and c.name = a.name)
      and integratedb.permits(t.stakeholder, t.schema_name, t.table_name, a.name, false)
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
    and (not c.from_wildcard or integratedb.permits(t.stakeholder, t.schema_name, t.table_name, c.name, false))
    and (not c.type_stated or c.type in (a.type, a.bare_type))
    and (
      (c.type, c.definition) is distinct from (a.type, a.definition)
      or not c.length_stated and c.length is distinct from a.length
      or not c.digits_stated and (c.digits, c.scale) is distinct from (a.digits, a.scale)
      or not c.not_null_stated and c.not_null is distinct from a.not_null);
end
$$;
