-- The last statement of a migration: refuses it if the schema as it now stands leaves any claim unmet or takes away what a
-- notification needs, and otherwise adjusts snapshots, grants, routes and publications, all in the migration's own
-- transaction. Returns 0.
-- max_reported bounds the lines of the message, never the verdict; null for 50.
-- Errors: P0001 with IDB2001 or, for notifications, IDB2112 in DETAIL; 40001 when the registry changed after this transaction's snapshot was taken.
create or replace function integratedb.validate_migration(max_reported integer default null)
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set quote_all_identifiers = off
as $$
begin
  perform integratedb.lock_registry();
  perform integratedb.refuse_if_unmet(integratedb.settle('refuse'), max_reported);
  perform integratedb.settle_notifications('refuse', max_reported);
  delete from integratedb.open_migration where transaction_id = pg_current_xact_id();
  return 0;
end
$$;
