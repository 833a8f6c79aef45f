/**
 * The floor of validate: one set-based query that reads each claimed column with its row in
 * pg_namespace, pg_class, pg_attribute and pg_type, and counts those that are not as claimed.
 */
export const floorQuery = `
  select count(*), count(*) filter (
    where y.typname is null or a.atttypmod is null or a.attnotnull is distinct from c.not_null)
  from integratedb.claimed_column c
  join integratedb.claimed_table t on t.id = c.table_id
  left join pg_namespace n on n.nspname = t.schema_name
  left join pg_class r on r.relnamespace = n.oid and r.relname = t.table_name
  left join pg_attribute a on a.attrelid = r.oid and a.attname = c.name and a.attnum > 0
  left join pg_type y on y.oid = a.atttypid`;
