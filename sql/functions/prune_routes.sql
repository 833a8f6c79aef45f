-- Forgets routes that no relay will ask for again, and, where no relay has begun, channels that are retired.
create or replace function integratedb.prune_routes()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from integratedb.route r
  where r.valid_to <= coalesce((select min(p.revision) from integratedb.relay_position p), (select g.revision from integratedb.routing g));
  if not exists (select from integratedb.relay_position) then
    delete from integratedb.channel c where c.retired;
  end if;
end
$$;
