-- One row a claimed column, with the shape that the claim counts on (null: not known yet, the column is not there). A table
-- that is claimed without any column has one row, with field null.
create or replace view integratedb.claimed_columns as
select s.name as stakeholder, k.name as claim,
  integratedb.path_text(t.schema_name) || '.' || integratedb.path_text(t.table_name) as path,
  c.name as field,
  integratedb.shape_text(c.type, c.length, c.digits, c.scale) as type,
  c.not_null, c.definition, t.optional or coalesce(c.optional, false) as optional,
  coalesce(c.from_wildcard, false) as from_wildcard, coalesce(c.since, k.put_at) as since
from integratedb.claimed_table t
join integratedb.claim k on k.id = t.claim_id
join integratedb.stakeholder s on s.id = k.stakeholder_id
left join integratedb.claimed_column c on c.table_id = t.id;
