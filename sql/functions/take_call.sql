-- Who made the call that is being served: the last one signed in this transaction, which is used up by it.
-- Errors: 42501 with IDB3007 when nobody signed, as when the inner function is called by itself.
create or replace function integratedb.take_call()
returns name
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  signed name;
begin
  with mine as (
    delete from integratedb.call c where c.transaction_id = pg_current_xact_id() returning c.id, c.caller
  )
  select m.caller into signed from mine m order by m.id desc limit 1;
  if not found then
    raise exception using errcode = '42501', message = 'the engine is to be called by its documented functions',
      detail = 'IDB3007', hint = 'Call the function of the same name without _as_owner.';
  end if;
  return signed;
end
$$;
