-- One row a claimed column, with the shape that the claim counts on (null: not known yet, the column is not there).
create or replace view integratedb.claimed_columns as
select s.name as stakeholder, k.name as claim,
  integratedb.path_text(t.schema_name) || '.' || integratedb.path_text(t.table_name) as path,
  c.name as field,
  integratedb.shape_text(c.type, c.length, c.digits, c.scale) as type,
  c.not_null, c.definition, t.optional or c.optional as optional, c.from_wildcard, c.since
from integratedb.claimed_column c
join integratedb.claimed_table t on t.id = c.table_id
join integratedb.claim k on k.id = t.claim_id
join integratedb.stakeholder s on s.id = k.stakeholder_id;
