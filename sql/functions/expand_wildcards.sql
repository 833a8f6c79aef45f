-- Lets wildcards of the given claims take in the tables and columns that are there, and that policy lets them.
create or replace function integratedb.expand_wildcards(claim_ids integer[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.claimed_table (claim_id, match, alternative, schema_name, table_name, optional, from_wildcard, all_columns)
  select w.claim_id, w.match, 0, w.schema_name, r.table_name, w.optional, true, true
  from integratedb.claimed_schema w
  join integratedb.claim k on k.id = w.claim_id
  join integratedb.stakeholder s on s.id = k.stakeholder_id
  cross join lateral integratedb.relations_in(w.schema_name) r
  where w.claim_id = any (claim_ids)
    and integratedb.permits(s.name, w.schema_name, r.table_name, null, false)
  on conflict do nothing;

  insert into integratedb.claimed_column (
    table_id, field, field_alternative, name, optional, from_wildcard, type_stated, length_stated, digits_stated,
    not_null_stated, type, length, digits, scale, not_null, definition)
  select t.id, 0, 0, a.name, false, true, false, false, false, false, a.type, a.length, a.digits, a.scale, a.not_null, a.definition
  from integratedb.claimed_table t
  join integratedb.claim k on k.id = t.claim_id
  join integratedb.stakeholder s on s.id = k.stakeholder_id
  cross join lateral integratedb.relation_named(t.schema_name, t.table_name) r
  cross join lateral integratedb.columns_of(r.relid) a
  where t.claim_id = any (claim_ids) and t.all_columns
    and not exists (select from integratedb.claimed_column c where c.table_id = t.id and c.name = a.name)
    and integratedb.permits(s.name, t.schema_name, t.table_name, a.name, false);
end
$$;
