-- Ends a change of the registry. The grants and schemas that the engine itself made are no migration to validate at commit.
-- was_open: what integratedb.lock_registry() returned.
create or replace function integratedb.end_change(was_open boolean)
returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
  delete from integratedb.open_migration m where not was_open and m.transaction_id = pg_current_xact_id()
$$;
