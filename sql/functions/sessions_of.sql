-- The sessions of a login, in any database of the cluster.
create or replace function integratedb.sessions_of(login_name name)
returns table (pid integer)
language sql stable
as $$
  select a.pid from pg_catalog.pg_stat_activity a where a.usename = $1 and a.backend_type = 'client backend'
$$;
