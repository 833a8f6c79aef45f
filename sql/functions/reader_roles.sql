-- The roles through which the stakeholders read: the role of each, and its logins that exist.
create or replace function integratedb.reader_roles()
returns table (stakeholder_id integer, subject text, role_id oid, role_name name, group_role_id oid, is_login boolean)
language sql stable
as $$
  select s.id, s.name, r.oid, r.rolname, r.oid, false
  from integratedb.stakeholder s
  join pg_catalog.pg_roles r on r.rolname = s.role_name
  union all
  select s.id, s.name || ' (login ' || l.role_name || ')', r.oid, r.rolname, g.oid, true
  from integratedb.login l
  join integratedb.stakeholder s on s.id = l.stakeholder_id
  join pg_catalog.pg_roles r on r.rolname = l.role_name
  left join pg_catalog.pg_roles g on g.rolname = s.role_name
$$;
