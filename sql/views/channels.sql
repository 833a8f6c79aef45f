-- One row a channel, with how it fares: state and errors as the relay last told, and how many events wait in the spool and
-- lie among the dead letters. Retired channels deliver what was committed before they went.
create or replace view integratedb.channels as
select c.id as channel_id, c.stakeholder, c.notification, c.name as channel, c.type, c.config, c.retired,
  l.state, l.last_error, l.last_error_at, coalesce(l.delivered, 0) as delivered, l.accepted_lsn, l.updated_at,
  (select count(*) from integratedb.spool p where p.channel_id = c.id) as spooled,
  (select count(*) from integratedb.dead_letter d where d.channel_id = c.id and not d.redriven) as dead_letters
from integratedb.channel c
left join integratedb.lane l on l.channel_id = c.id;
