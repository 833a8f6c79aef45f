-- Forgets routes that no relay will ask for again, and channels that are retired and no relay knows of; the others it
-- deletes itself once it has delivered what was committed before.
create or replace function integratedb.prune_routes()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from integratedb.route r
  where r.valid_to <= coalesce((select min(p.revision) from integratedb.relay_position p), (select g.revision from integratedb.routing g));
  delete from integratedb.channel c
  where c.retired and (
    not exists (select from integratedb.relay_position)
    or not exists (select from integratedb.route r where r.channel_id = c.id)
      and not exists (select from integratedb.lane l where l.channel_id = c.id)
      and not exists (select from integratedb.spool p where p.channel_id = c.id)
      and not exists (select from integratedb.dead_letter d where d.channel_id = c.id));
end
$$;
