-- The stakeholder of that name, of whose credentials nobody else decides until the transaction ends. It waits for no
-- migration, as integratedb.lock_registry() does: a leaked password must be closed at once. Errors: IDB2006.
create or replace function integratedb.lock_stakeholder(name text)
returns integratedb.stakeholder
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from integratedb.stakeholder s where s.name = lower(lock_stakeholder.name) for no key update;
  return integratedb.require_stakeholder(lock_stakeholder.name);
end
$$;
