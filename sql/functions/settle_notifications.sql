-- After a change of the schema: syncs the notifications that it can touch. Costs nothing when there is none, and a look at
-- each of their tables when there are. mode, max_reported: as for integratedb.sync_notifications(). Errors: as there.
create or replace function integratedb.settle_notifications(mode text, max_reported integer default null)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  changed record;
  touched integer[];
begin
  if not exists (select from integratedb.notification) and not exists (select from integratedb.notified_table) then
    return;
  end if;
  select array_agg(t.schema_name) as schemas, array_agg(t.table_name) as tables into changed
  from integratedb.notified_table t
  where mode = 'resnapshot' or t.fingerprint is distinct from integratedb.table_fingerprint(t.schema_name, t.table_name);

  touched := array(
    select r.notification_id
      from unnest(changed.schemas, changed.tables) c(schema_name, table_name)
      join integratedb.route r on r.table_name = c.table_name and r.schema_name = c.schema_name and r.valid_to is null
    union
    select n.id from integratedb.notification n where not n.is_met or n.follows_schema or mode = 'resnapshot');
  if touched <> '{}' or changed.tables is not null or mode = 'resnapshot' then
    perform integratedb.sync_notifications(touched, mode, coalesce(changed.schemas, '{}'), coalesce(changed.tables, '{}'), max_reported);
  end if;
end
$$;
