-- The role whose members may receive the events of a channel: the group role of its stakeholder. Null if there is no such
-- channel.
create or replace function integratedb.channel_role(channel_id integer)
returns name
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select s.role_name
  from integratedb.channel c
  join integratedb.stakeholder s on s.name = c.stakeholder
  where c.id = channel_role.channel_id
$$;
