-- After a change of claims, of the policy or of a name: makes the notifications of the given stakeholders follow.
-- Errors: IDB2112 when one of them names what is not claimed any more.
create or replace function integratedb.sync_notifications_of(stakeholder_ids integer[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  own integer[] := array(select n.id from integratedb.notification n where n.stakeholder_id = any (stakeholder_ids));
begin
  if own <> '{}' then
    perform integratedb.sync_notifications(own, 'put');
  end if;
end
$$;
