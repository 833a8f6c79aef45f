-- Replaces the rows of a claim by those that its spec says; what it leaves open is filled in by the next sync. A column
-- that stays keeps its date.
create or replace function integratedb.store_claim(claim_id integer, spec jsonb)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  before jsonb;
begin
  select jsonb_object_agg(integratedb.path_text(t.schema_name) || '.' || integratedb.path_text(t.table_name) || '.' || c.name, c.since)
  into before
  from integratedb.claimed_table t join integratedb.claimed_column c on c.table_id = t.id
  where t.claim_id = store_claim.claim_id;

  delete from integratedb.claimed_schema w where w.claim_id = store_claim.claim_id;
  delete from integratedb.claimed_table t where t.claim_id = store_claim.claim_id;

  insert into integratedb.claimed_schema (claim_id, match, schema_name, optional)
  select store_claim.claim_id, p.match, p.schema_name, p.optional
  from integratedb.parse_claim(store_claim.spec) p
  where p.field is null and p.table_name is null;

  insert into integratedb.claimed_table (claim_id, match, alternative, schema_name, table_name, optional, from_wildcard, all_columns)
  select store_claim.claim_id, p.match, p.alternative, p.schema_name, p.table_name, p.optional, false, p.all_columns
  from integratedb.parse_claim(store_claim.spec) p
  where p.field is null and p.table_name is not null;

  insert into integratedb.claimed_column (
    table_id, field, field_alternative, name, optional, from_wildcard,
    type_stated, length_stated, digits_stated, not_null_stated, type, length, digits, scale, not_null)
  select t.id, p.field, p.field_alternative, p.name, p.field_optional, false,
    p.type is not null, p.length is not null, p.digits is not null, p.not_null is not null,
    p.type, p.length, p.digits, p.scale, p.not_null
  from integratedb.parse_claim(store_claim.spec) p
  join integratedb.claimed_table t
    on t.claim_id = store_claim.claim_id and t.match = p.match and t.alternative = p.alternative
  where p.field is not null;

  perform integratedb.sync_claims(array[store_claim.claim_id]);
  update integratedb.claimed_column c
  set since = (before ->> (integratedb.path_text(t.schema_name) || '.' || integratedb.path_text(t.table_name) || '.' || c.name))::timestamptz
  from integratedb.claimed_table t
  where t.claim_id = store_claim.claim_id and c.table_id = t.id
    and before ? (integratedb.path_text(t.schema_name) || '.' || integratedb.path_text(t.table_name) || '.' || c.name);
end
$$;
