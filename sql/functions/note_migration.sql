-- Event trigger: notes that this transaction changed the schema, so that it is validated when it commits. What is
-- temporary concerns nobody else.
create or replace function integratedb.note_migration()
returns event_trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_event = 'sql_drop' and not exists (select from pg_event_trigger_dropped_objects() d where not d.is_temporary)
    or tg_event = 'ddl_command_end' and not exists (
      select from pg_event_trigger_ddl_commands() d where d.schema_name is distinct from 'pg_temp') then
    return;
  end if;
  insert into integratedb.open_migration (transaction_id) values (pg_current_xact_id()) on conflict do nothing;
end
$$;
