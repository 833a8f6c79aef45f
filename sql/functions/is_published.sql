-- Whether the server can publish a column of that kind of generation: stored ones since PostgreSQL 18, virtual ones never.
create or replace function integratedb.is_published(generated "char")
returns boolean
language sql stable
as $$
  select $1 = '' or $1 = 's' and pg_catalog.current_setting('server_version_num')::integer >= 180000
$$;
