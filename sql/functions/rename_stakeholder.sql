-- Renames a stakeholder, with the role and the schema that the engine made for it (rule K15); its logins are dropped,
-- so that new credentials are made under the new name with integratedb.rotate_login(). Claims and grants stay.
-- Returns {"name", "role", "schema"}. Errors: IDB3001 bad name, IDB3009 taken, IDB2006 no such stakeholder, IDB3007.
create or replace function integratedb.rename_stakeholder(old text, new text)
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.rename_stakeholder_as_owner(old, new);
end
$$;
