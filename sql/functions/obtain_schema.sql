-- The schema of a stakeholder: made and owned by its role (role_made: the engine made that), or, if named by the program or adopted, one that is there,
-- in which the role may then make objects. Returns whether the engine made it.
create or replace function integratedb.obtain_schema(schema_name name, role_name name, role_made boolean, must_exist boolean, adopt boolean)
returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  owner name;
begin
  select pg_get_userbyid(n.nspowner) into owner from pg_namespace n where n.nspname = obtain_schema.schema_name;
  if not found and must_exist then
    raise exception using errcode = 'P0001', message = format('there is no schema %s', schema_name), detail = 'IDB3010',
      hint = format('CREATE SCHEMA %I;', schema_name);
  elsif not found then
    execute format('create schema %I authorization %I', schema_name, role_name);
    return true;
  elsif role_made and owner = role_name and not must_exist then
    return true;
  elsif not (must_exist or adopt) or schema_name ~ '^pg_' or schema_name in ('information_schema', 'integratedb') then
    raise exception using errcode = 'P0001',
      message = format('the schema %s exists and belongs to %s', schema_name, owner), detail = 'IDB3003',
      hint = 'Choose another name, or take the schema over with the option adopt.';
  elsif owner <> role_name then
    execute format('grant usage, create on schema %I to %I', schema_name, role_name);
  end if;
  return false;
end
$$;
