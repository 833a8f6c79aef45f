-- The role that a SECURITY DEFINER function works for: what SET ROLE chose, else who connected.
create or replace function integratedb.caller()
returns name
language sql stable
as $$
  select coalesce(nullif(pg_catalog.current_setting('role', true), 'none'), session_user)::name
$$;
