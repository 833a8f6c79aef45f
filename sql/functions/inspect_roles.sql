-- What is wrong with the roles of the stakeholders themselves: gone, without the membership that makes them read,
-- or with powers that no claim gives.
create or replace function integratedb.inspect_roles()
returns table (severity text, subject text, problem text, remedy text)
language sql stable
as $$
  select 'error', s.name, pg_catalog.format('its role %I is gone', s.role_name),
    pg_catalog.format('SELECT integratedb.put_stakeholder(%L);', s.name)
  from integratedb.stakeholder s
  where not exists (select from pg_catalog.pg_roles r where r.rolname = s.role_name)
  union all
  select 'error', s.name, pg_catalog.format('its schema %I is gone', s.schema_name),
    pg_catalog.format('SELECT integratedb.put_stakeholder(%L);', s.name)
  from integratedb.stakeholder s
  where not exists (select from pg_catalog.pg_namespace n where n.nspname = s.schema_name)
  union all
  select case when l.is_current then 'error' else 'warning' end, s.name,
    pg_catalog.format('its %slogin %I is gone', case when l.is_current then '' else 'previous ' end, l.role_name),
    pg_catalog.format('SELECT integratedb.rotate_login(%L, ''<SCRAM-SHA-256 verifier of a new password>'');', s.name)
  from integratedb.login l
  join integratedb.stakeholder s on s.id = l.stakeholder_id
  where not exists (select from pg_catalog.pg_roles r where r.rolname = l.role_name)
  union all
  select 'warning', s.name, 'has no login, so that no application can connect as it',
    pg_catalog.format('SELECT integratedb.rotate_login(%L, ''<SCRAM-SHA-256 verifier of a new password>'');', s.name)
  from integratedb.stakeholder s
  join pg_catalog.pg_roles r on r.rolname = s.role_name
  where not r.rolcanlogin and not exists (select from integratedb.login l where l.stakeholder_id = s.id)
  union all
  select 'error', r.subject, 'may not log in', pg_catalog.format('ALTER ROLE %I LOGIN;', r.role_name)
  from integratedb.reader_roles() r
  join pg_catalog.pg_roles p on p.oid = r.role_id
  where r.is_login and not p.rolcanlogin
    and not exists (select from integratedb.login l where l.role_name = r.role_name and l.closed is not null)
  union all
  select 'error', r.subject, pg_catalog.format('has not the rights of the role %I', g.rolname),
    case when pg_catalog.current_setting('server_version_num')::integer >= 160000
      then pg_catalog.format('GRANT %I TO %I WITH INHERIT TRUE;', g.rolname, r.role_name)
      else pg_catalog.format('ALTER ROLE %I INHERIT; GRANT %I TO %I;', r.role_name, g.rolname, r.role_name)
    end
  from integratedb.reader_roles() r
  join pg_catalog.pg_roles g on g.oid = r.group_role_id
  where r.is_login and not pg_catalog.pg_has_role(r.role_id, g.oid, 'usage')
  union all
  select 'error', r.subject, pg_catalog.format('has the power %s', pg_catalog.string_agg(power.name, ', ')),
    pg_catalog.format('ALTER ROLE %I %s;', r.role_name, pg_catalog.string_agg('NO' || power.name, ' '))
  from integratedb.reader_roles() r
  join pg_catalog.pg_roles p on p.oid = r.role_id
  cross join lateral (values
    ('SUPERUSER', p.rolsuper), ('CREATEROLE', p.rolcreaterole), ('CREATEDB', p.rolcreatedb),
    ('REPLICATION', p.rolreplication), ('BYPASSRLS', p.rolbypassrls)
  ) power(name, has)
  where power.has
  group by r.subject, r.role_name
  union all
  select 'error', r.subject,
    pg_catalog.format('is a member of %I, %s', p.rolname,
      case when p.rolsuper then 'a superuser' else 'which has the rights of ' || pg_catalog.string_agg(x.rolname, ', ' order by x.rolname) end),
    integratedb.revoke_membership(p.rolname, r.role_name, m.grantor)
  from integratedb.reader_roles() r
  join pg_catalog.pg_auth_members m on m.member = r.role_id and m.roleid is distinct from r.group_role_id
  join pg_catalog.pg_roles p on p.oid = m.roleid
  join pg_catalog.pg_roles x on x.oid < 16384 and pg_catalog.pg_has_role(p.oid, x.oid, 'member')
  group by r.subject, r.role_name, p.rolname, p.rolsuper, m.grantor
  union all
  select 'error', r.subject, pg_catalog.format('may create objects in schema %I', n.nspname),
    pg_catalog.format('REVOKE CREATE ON SCHEMA %I FROM %I;', n.nspname, r.role_name)
  from integratedb.reader_roles() r
  join integratedb.stakeholder s on s.id = r.stakeholder_id
  join pg_catalog.pg_namespace n on n.nspname <> s.schema_name
  cross join lateral pg_catalog.aclexplode(n.nspacl) acl
  where acl.privilege_type = 'CREATE' and acl.grantee = r.role_id
  union all
  select 'warning', 'PUBLIC', pg_catalog.format('may create objects in schema %I, and so may every stakeholder', n.nspname),
    pg_catalog.format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC;', n.nspname)
  from pg_catalog.pg_namespace n
  cross join lateral pg_catalog.aclexplode(n.nspacl) acl
  where acl.privilege_type = 'CREATE' and acl.grantee = 0
    and exists (select from integratedb.reader_roles() r where pg_catalog.has_schema_privilege(r.role_id, n.oid, 'usage'))
$$;
