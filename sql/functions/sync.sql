-- Takes the schema as it is: expands wildcards and snapshots again, repairs grants; refuses nothing (rule K11). The way
-- after a migration was rolled back by hand. Returns the number of claims that are still unmet.
create or replace function integratedb.sync()
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set quote_all_identifiers = off
as $$
begin
  perform integratedb.lock_registry();
  delete from integratedb.open_migration where transaction_id = pg_current_xact_id();
  return cardinality(integratedb.settle('resnapshot'));
end
$$;
