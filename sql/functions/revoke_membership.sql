-- The statement that ends a membership. Since PostgreSQL 16 each grantor's is one of its own, and only a REVOKE that
-- names the grantor finds it.
create or replace function integratedb.revoke_membership(role_name name, member_name name, grantor oid)
returns text
language sql stable
as $$
  select pg_catalog.format('REVOKE %I FROM %I%s;', $1, $2,
    case when pg_catalog.current_setting('server_version_num')::integer >= 160000
      then pg_catalog.format(' GRANTED BY %s', $3::regrole) else '' end)
$$;
