-- Trigger, with the rights of whoever inserts: notes whose call it is, which a SECURITY DEFINER function cannot see.
create or replace function integratedb.sign_call()
returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  new.caller := current_user;
  new.transaction_id := pg_current_xact_id();
  return new;
end
$$;

create or replace trigger sign_call before insert on integratedb.call
  for each row execute function integratedb.sign_call();
