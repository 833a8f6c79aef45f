-- Makes the channels of a notification those of its spec. One that keeps its name keeps its id, and with it what waits to
-- be delivered; one that goes is retired.
create or replace function integratedb.store_channels(notification_id integer, channels jsonb)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  update integratedb.channel c set retired = true, notification_id = null
  where c.notification_id = store_channels.notification_id and not channels ? c.name;

  insert into integratedb.channel (notification_id, name, type, config)
  select store_channels.notification_id, c.key, c.value ->> 'type', c.value - 'type'
  from jsonb_each(channels) c
  on conflict on constraint channel_notification_id_name_key do update set type = excluded.type, config = excluded.config
  where (channel.type, channel.config) is distinct from (excluded.type, excluded.config);
end
$$;
