-- Deferred constraint trigger: validates a transaction that changed the schema, unless that was done after the change.
create or replace function integratedb.validate_at_commit()
returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (select from integratedb.open_migration m where m.transaction_id = pg_current_xact_id()) then
    perform integratedb.validate_migration();
  end if;
  return null;
end
$$;
