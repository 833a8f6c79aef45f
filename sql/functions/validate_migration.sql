-- The last statement of a migration: refuses it if the schema as it now stands leaves any claim unmet, and otherwise
-- adjusts snapshots and grants, all in the migration's own transaction. Returns 0.
-- max_reported bounds the lines of the message, never the verdict; null for 50.
-- Errors: P0001 with IDB2001 in DETAIL; 40001 when the registry changed after this transaction's snapshot was taken.
create or replace function integratedb.validate_migration(max_reported integer default null)
returns integer
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  unmet integer[];
  told text;
  total integer;
begin
  perform integratedb.lock_registry();
  unmet := integratedb.settle('refuse');
  if unmet <> '{}' then
    select string_agg(m.message, E'\n' order by m.line) filter (where m.line <= greatest(coalesce(max_reported, 50), 1)), count(*)
    into told, total
    from (
      select row_number() over () as line,
        integratedb.unmet_text(u.stakeholder, u.claim, u.path, u.field, u.problem, u.expected, u.actual) as message
      from integratedb.unmet(unmet) u
    ) m;
    raise exception using errcode = 'P0001',
      message = told || case when total > greatest(coalesce(max_reported, 50), 1)
        then format(E'\n… and %s more', total - greatest(coalesce(max_reported, 50), 1)) else '' end,
      detail = 'IDB2001',
      hint = 'Keep what is claimed, or have the stakeholder change its claim first. SELECT * FROM integratedb_unmet_claims() lists everything.';
  end if;
  delete from integratedb.open_migration where transaction_id = pg_current_xact_id();
  return 0;
end
$$;
