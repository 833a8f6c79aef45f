-- Deletes the notifications of a stakeholder that goes.
create or replace function integratedb.drop_notifications_of(stakeholder_id integer)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from integratedb.notification n where n.stakeholder_id = drop_notifications_of.stakeholder_id;
  if found then
    perform integratedb.sync_notifications('{}', 'put');
  end if;
end
$$;
