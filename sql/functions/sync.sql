-- Takes the schema as it is: expands wildcards and snapshots again, repairs grants and publications; refuses nothing (rule
-- K11). What cannot be delivered of a notification is left out, so that nobody's writes fail. The way after a migration
-- was rolled back by hand. Returns the number of claims that are still unmet; notifications are not counted.
create or replace function integratedb.sync()
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set quote_all_identifiers = off
as $$
declare
  unmet integer[];
begin
  perform integratedb.lock_registry();
  unmet := integratedb.settle('resnapshot');
  perform integratedb.settle_notifications('resnapshot');
  delete from integratedb.open_migration where transaction_id = pg_current_xact_id();
  return cardinality(unmet);
end
$$;
