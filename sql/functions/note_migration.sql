-- Event trigger: notes that this transaction changed the schema, so that it is validated when it commits.
create or replace function integratedb.note_migration()
returns event_trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.open_migration (transaction_id) values (pg_current_xact_id()) on conflict do nothing;
end
$$;
