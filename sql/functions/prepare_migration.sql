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
set quote_all_identifiers = off
as $$
declare
  was_open boolean;
  opened integer;
begin
  if not exists (select from integratedb.notified_table) then
    return 0;
  end if;
  was_open := integratedb.lock_registry();
  opened := integratedb.open_publications();
  perform integratedb.end_change(was_open);
  return opened;
end
$$;
