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

  insert into integratedb.channel (notification_id, stakeholder, notification, name, type, config)
  select n.id, s.name, n.name, c.key, c.value ->> 'type', c.value - 'type'
  from integratedb.notification n
  join integratedb.stakeholder s on s.id = n.stakeholder_id
  cross join jsonb_each(channels) c
  where n.id = store_channels.notification_id
  on conflict on constraint channel_notification_id_name_key do update set type = excluded.type, config = excluded.config
  where (channel.type, channel.config) is distinct from (excluded.type, excluded.config);
end
$$;
