-- The stores that do not hold the newest credentials of a stakeholder yet, each as `<store> <entry>`.
create or replace function integratedb.waits_for(stakeholder_id integer)
returns text[]
language sql stable
as $$
  select coalesce(pg_catalog.array_agg(d.store || ' ' || d.entry order by d.store, d.entry), '{}')
  from integratedb.delivery d
  where d.stakeholder_id = $1
    and d.version is distinct from (select max(l.version) from integratedb.login l where l.stakeholder_id = $1)
$$;
