-- Lets a database role, and its members, manage the stakeholders whose names match the glob, and nothing else.
-- Errors: IDB3010 no such role, IDB3007 not allowed.
create or replace function integratedb.put_operator(role text, pattern text)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  was_open boolean;
begin
  was_open := integratedb.lock_registry();
  if put_operator.pattern is null or not exists (select from pg_roles r where r.rolname = put_operator.role) then
    raise exception using errcode = 'P0001', message = format('there is no role %s, or no pattern for it', coalesce(put_operator.role, 'null')),
      detail = 'IDB3010', hint = 'Name a role that exists, and a glob for the names of its stakeholders.';
  end if;
  insert into integratedb.operator (role_name, pattern) values (put_operator.role, lower(put_operator.pattern))
  on conflict (role_name) do update set pattern = excluded.pattern;
  perform integratedb.grant_operators();
  perform integratedb.end_change(was_open);
end
$$;
