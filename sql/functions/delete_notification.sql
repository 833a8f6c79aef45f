-- Deletes a notification: what is committed from here on is not delivered any more, what was committed before still is.
-- False when there was no such notification. Errors: IDB3007 not allowed.
create or replace function integratedb.delete_notification(stakeholder text, notification text)
returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.delete_notification_as_owner(stakeholder, notification);
end
$$;
