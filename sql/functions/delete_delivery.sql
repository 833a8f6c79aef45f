-- Says that an entry of a secret store is gone, so that no rotation waits for it. Changes nothing where it is not known.
-- Errors: IDB3007 not allowed.
create or replace function integratedb.delete_delivery(stakeholder text, store text, entry text)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  perform integratedb.delete_delivery_as_owner(stakeholder, store, entry);
end
$$;
