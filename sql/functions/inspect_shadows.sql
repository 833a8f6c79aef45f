-- Functions that a migration would call in place of the engine's: of the same name and with fewer arguments, or in a
-- schema that may stand before public in a search path.
create or replace function integratedb.inspect_shadows()
returns table (severity text, subject text, problem text, remedy text)
language sql stable
as $$
  select 'error', 'engine',
    pg_catalog.format('%I.%I(%s), made by %s, can be taken for the function that migrations call', n.nspname, p.proname,
      pg_catalog.pg_get_function_identity_arguments(p.oid), p.proowner::regrole),
    pg_catalog.format('DROP ROUTINE %I.%I(%s);', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid))
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace n on n.oid = p.pronamespace
  where p.proname in ('integratedb_validate_migration', 'integratedb_prepare_migration', 'integratedb_unmet_claims', 'integratedb_sync')
    and p.oid <> all (array[
      coalesce(pg_catalog.to_regprocedure('public.integratedb_validate_migration(integer)'), 0),
      coalesce(pg_catalog.to_regprocedure('public.integratedb_prepare_migration()'), 0),
      coalesce(pg_catalog.to_regprocedure('public.integratedb_unmet_claims(integer)'), 0),
      coalesce(pg_catalog.to_regprocedure('public.integratedb_sync()'), 0)]::oid[])
$$;
