-- Orders changes of the registry and migrations, one after the other, until the transaction ends. The revision makes
-- a transaction whose snapshot is older than the last change fail with 40001 instead of judging by what it cannot see.
-- Returns whether this transaction has changed the schema without being validated, for integratedb.end_change().
create or replace function integratedb.lock_registry()
returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(4919001);
  update integratedb.revision set number = number + 1;
  return exists (select from integratedb.open_migration m where m.transaction_id = pg_current_xact_id());
end
$$;
