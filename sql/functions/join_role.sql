-- Makes the engine's owner a member of a role, where it may and is not one: to own schemas in its name, and to clean up.
-- Errors: IDB3008 with the statement that gives the right.
create or replace function integratedb.join_role(role_name name)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  if pg_has_role(current_user, role_name, 'USAGE') and (
    current_setting('server_version_num')::integer < 160000 or pg_has_role(current_user, role_name, 'SET')) then
    return;
  end if;
  if current_setting('server_version_num')::integer < 160000 then
    execute format('grant %I to %I', role_name, current_user);
  else
    execute format('grant %I to %I with inherit true, set true', role_name, current_user);
  end if;
exception when insufficient_privilege then
  raise exception using errcode = '42501',
    message = format('%s may not act for the role %s', current_user, role_name), detail = 'IDB3008',
    hint = format('As a superuser: GRANT %I TO %I%s;', role_name, current_user,
      case when current_setting('server_version_num')::integer < 160000 then '' else ' WITH ADMIN TRUE, INHERIT TRUE, SET TRUE' end);
end
$$;
