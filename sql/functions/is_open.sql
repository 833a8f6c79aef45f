-- Whether an application can log in with a login of a stakeholder.
create or replace function integratedb.is_open(login integratedb.login)
returns boolean
language sql stable
as $$
  select ($1).closed is null
    and exists (select from pg_catalog.pg_roles r where r.rolname = ($1).role_name and r.rolcanlogin)
$$;
