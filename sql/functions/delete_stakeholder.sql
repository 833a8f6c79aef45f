-- Deletes a stakeholder with its claims, logins and role. Its schema is dropped if empty, or with {"cascade": true};
-- else it stays, with what it holds, and belongs to the powerless role left_by_<name>. A role that was there before, or that another
-- database of the cluster still needs, stays too.
-- Returns {"dropped": [text], "kept": [{"object", "reason"}]}. Errors: IDB2001 another
-- stakeholder claims what would go, IDB3007 not allowed, IDB3011 unknown option.
create or replace function integratedb.delete_stakeholder(name text, options jsonb default '{}')
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.delete_stakeholder_as_owner(name, options);
end
$$;
