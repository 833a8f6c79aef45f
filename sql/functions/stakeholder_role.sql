-- The group role of a stakeholder, null where either does not exist.
create or replace function integratedb.stakeholder_role(name text)
returns oid
language sql stable
as $$
  select r.oid
  from integratedb.stakeholder s
  join pg_catalog.pg_roles r on r.rolname = s.role_name
  where s.name = pg_catalog.lower($1)
$$;
