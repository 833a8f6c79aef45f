-- Who asks a SECURITY DEFINER function that only reads: what SET ROLE chose, else who connected. Code that one role left
-- for another to run could pass for that other, so what changes anything asks integratedb.take_call().
create or replace function integratedb.caller()
returns name
language sql stable
as $$
  select coalesce(nullif(pg_catalog.current_setting('role', true), 'none'), session_user)::name
$$;
