-- Brings what is stored of the claims in line with the catalog, without judging it (rule K11): wildcards take in new
-- tables and columns that policy lets them, and let go of what is no longer there or no longer allowed; what a spec
-- leaves open is snapshotted again.
-- claim_ids: null for all.
create or replace function integratedb.sync_claims(claim_ids integer[] default null)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from integratedb.claimed_table t
  using integratedb.claim k, integratedb.stakeholder s
  where t.from_wildcard and k.id = t.claim_id and s.id = k.stakeholder_id
    and (claim_ids is null or t.claim_id = any (claim_ids))
    and (
      not exists (
        select from integratedb.relation() r
        where r.schema_name = t.schema_name and r.table_name = t.table_name and r.is_listed)
      or not integratedb.permits(s.name, t.schema_name, t.table_name, null, false));

  insert into integratedb.claimed_table (claim_id, match, alternative, schema_name, table_name, optional, from_wildcard, all_columns)
  select w.claim_id, w.match, 0, r.schema_name, r.table_name, w.optional, true, true
  from integratedb.claimed_schema w
  join integratedb.claim k on k.id = w.claim_id
  join integratedb.stakeholder s on s.id = k.stakeholder_id
  join integratedb.relation() r on r.schema_name = w.schema_name and r.is_listed
  where (claim_ids is null or w.claim_id = any (claim_ids))
    and integratedb.permits(s.name, r.schema_name, r.table_name, null, false)
  on conflict do nothing;

  delete from integratedb.claimed_column c
  using integratedb.claimed_table t, integratedb.claim k, integratedb.stakeholder s
  where c.from_wildcard and t.id = c.table_id and k.id = t.claim_id and s.id = k.stakeholder_id
    and (claim_ids is null or t.claim_id = any (claim_ids))
    and (
      not exists (
        select from integratedb.column_shape() a
        where a.schema_name = t.schema_name and a.table_name = t.table_name and a.name = c.name)
      or not integratedb.permits(s.name, t.schema_name, t.table_name, c.name, false));

  insert into integratedb.claimed_column (
    table_id, field, field_alternative, name, optional, from_wildcard,
    type_stated, length_stated, digits_stated, not_null_stated)
  select t.id, 0, 0, a.name, false, true, false, false, false, false
  from integratedb.claimed_table t
  join integratedb.claim k on k.id = t.claim_id
  join integratedb.stakeholder s on s.id = k.stakeholder_id
  join integratedb.column_shape() a on a.schema_name = t.schema_name and a.table_name = t.table_name
  where t.all_columns and (claim_ids is null or t.claim_id = any (claim_ids))
    and not exists (select from integratedb.claimed_column c where c.table_id = t.id and c.name = a.name)
    and integratedb.permits(s.name, a.schema_name, a.table_name, a.name, false);

  update integratedb.claimed_column c
  set
    type = a.type,
    length = case when c.length_stated then c.length else a.length end,
    digits = case when c.digits_stated then c.digits else a.digits end,
    scale = case when c.digits_stated then c.scale else a.scale end,
    not_null = case when c.not_null_stated then c.not_null else a.not_null end,
    definition = a.definition
  from integratedb.claimed_table t
  join integratedb.column_shape() a on a.schema_name = t.schema_name and a.table_name = t.table_name
  where t.id = c.table_id and a.name = c.name
    and (claim_ids is null or t.claim_id = any (claim_ids))
    and (not c.type_stated or c.type in (a.type, a.bare_type))
    and (
      (c.type, c.definition) is distinct from (a.type, a.definition)
      or not c.length_stated and c.length is distinct from a.length
      or not c.digits_stated and (c.digits, c.scale) is distinct from (a.digits, a.scale)
      or not c.not_null_stated and c.not_null is distinct from a.not_null);
end
$$;
