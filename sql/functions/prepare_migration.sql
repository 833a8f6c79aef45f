-- The first statement of a migration that drops a column, or changes its type, of a table with notifications. Since
-- PostgreSQL 15 such a table is published with a list of columns and a filter of rows, where that keeps anything out of the
-- stream, and Postgres itself refuses these changes then ("publication of table … depends on column …"). This takes the
-- lists and filters away, and integratedb_validate_migration(), which judges the migration, puts them back, all in the
-- migration's own transaction: nobody else sees a difference, and no receiver gets what it may not see. Returns the number
-- of tables that had one.
--
-- ```sql
-- BEGIN;
-- SELECT integratedb_prepare_migration();
-- ALTER TABLE orders ALTER COLUMN status TYPE varchar(40);
-- SELECT integratedb_validate_migration();
-- COMMIT;
-- ```
--
-- Errors: 40001 when a table is held by another transaction.
create or replace function integratedb.prepare_migration()
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '700ms'
set quote_all_identifiers = off
as $$
declare
  was_open boolean;
  published record;
  opened integer := 0;
begin
  if not exists (select from integratedb.notified_table) then
    return opened;
  end if;
  was_open := integratedb.lock_registry();
  for published in
    select p.publication, p.relid::regclass as name, n.nspname, c.relname
    from integratedb.published_tables() p
    join pg_class c on c.oid = p.relid
    join pg_namespace n on n.oid = c.relnamespace
    where p.columns is not null or p.row_filter is not null
    order by p.relid
  loop
    execute format('alter publication %I drop table only %s', published.publication, published.name);
    execute format('alter publication %I add table only %s', published.publication, published.name);
    update integratedb.notified_table t set fingerprint = null
    where t.schema_name = published.nspname and t.table_name = published.relname;
    opened := opened + 1;
  end loop;
  perform integratedb.end_change(was_open);
  return opened;
exception when lock_not_available then
  raise exception using errcode = '40001',
    message = format('%s is being changed by another transaction', published.name), detail = 'IDB1109',
    hint = 'Try again when it has ended.';
end
$$;
