-- The stakeholder of that name. Errors: IDB2006.
create or replace function integratedb.require_stakeholder(name text)
returns integratedb.stakeholder
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  found_one integratedb.stakeholder;
begin
  select s.* into found_one from integratedb.stakeholder s where s.name = lower(require_stakeholder.name);
  if not found then
    raise exception using errcode = 'P0001',
      message = format('there is no stakeholder %s in database %s', require_stakeholder.name, current_database()),
      detail = 'IDB2006',
      hint = format('SELECT integratedb.put_stakeholder(%L);', require_stakeholder.name);
  end if;
  return found_one;
end
$$;
