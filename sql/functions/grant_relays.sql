-- Grants every relay's role what it needs of the engine.
create or replace function integratedb.grant_relays()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  relay name;
begin
  for relay in
    select x.role_name from integratedb.relay_role x join pg_roles r on r.rolname = x.role_name
  loop
    execute format('grant usage on schema integratedb to %I', relay);
    execute format('grant execute on function integratedb.routes(bigint), integratedb.relay_key(), '
      'integratedb.channel_role(integer) to %I', relay);
    execute format('grant select on integratedb.routing to %I', relay);
    execute format('grant select, delete on integratedb.channel to %I', relay);
    execute format('grant select, insert, update, delete on integratedb.relay_position, integratedb.lane, integratedb.spool, '
      'integratedb.dead_letter, integratedb.socket_event to %I', relay);
  end loop;
end
$$;
