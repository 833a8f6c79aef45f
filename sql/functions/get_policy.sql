-- The policy as it was set.
create or replace function integratedb.get_policy()
returns jsonb
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select p.document from integratedb.policy p
$$;
