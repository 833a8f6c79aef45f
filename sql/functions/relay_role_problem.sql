-- Why a relay cannot work with the role, and the statement that helps; no row: it can.
create or replace function integratedb.relay_role_problem(role_name text)
returns table (text text, remedy text)
language sql stable
as $$
  select p.text, p.remedy
  from (select (select r.oid from pg_catalog.pg_roles r where r.rolname = $1) as id) role
  left join pg_catalog.pg_roles r on r.oid = role.id
  left join pg_catalog.pg_roles provider on provider.rolname = 'rds_replication'
  cross join lateral (
    select 1 as number, pg_catalog.format('there is no role %s', coalesce($1, 'null')) as text,
      pg_catalog.format('CREATE ROLE %I LOGIN %sPASSWORD ''…'';%s', $1,
        case when provider.oid is null then 'REPLICATION ' else '' end,
        case when provider.oid is null then '' else pg_catalog.format(' GRANT rds_replication TO %I;', $1) end) as remedy
    where role.id is null
    union all
    select 2, pg_catalog.format('the role %s may not log in', $1), pg_catalog.format('ALTER ROLE %I LOGIN;', $1)
    where not r.rolcanlogin
    union all
    select 3, pg_catalog.format('the role %s may not replicate', $1),
      case when provider.oid is null
        then pg_catalog.format('As a superuser, or the provider''s administrator: ALTER ROLE %I REPLICATION;', $1)
        else pg_catalog.format('GRANT rds_replication TO %I;', $1) end
    where not r.rolreplication and not r.rolsuper
      and case when provider.oid is null then true else not pg_catalog.pg_has_role(r.oid, provider.oid, 'MEMBER') end
    union all
    select 4, pg_catalog.format('the role %s may not connect to database %s', $1, pg_catalog.current_database()),
      pg_catalog.format('GRANT CONNECT ON DATABASE %I TO %I;', pg_catalog.current_database(), $1)
    where not pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CONNECT')
    union all
    select 5, pg_catalog.format('the role %s is a stakeholder''s', $1), 'Make a role of its own for the relay.'
    where exists (select from integratedb.reader_roles() s where s.role_id = role.id)
  ) p
  order by p.number
  limit 1
$$;
