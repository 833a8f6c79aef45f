-- One row a channel, with how it fares: state and errors as the relay last told, and how many events wait in the spool and
-- lie among the dead letters. Retired channels, which deliver what was committed before they went, have no notification.
create or replace view integratedb.channels as
select c.id as channel_id, s.name as stakeholder, n.name as notification, c.name as channel, c.type, c.config, c.retired,
  l.state, l.last_error, l.last_error_at, coalesce(l.delivered, 0) as delivered, l.accepted_lsn, l.updated_at,
  (select count(*) from integratedb.spool p where p.channel_id = c.id) as spooled,
  (select count(*) from integratedb.dead_letter d where d.channel_id = c.id and not d.redriven) as dead_letters
from integratedb.channel c
left join integratedb.notification n on n.id = c.notification_id
left join integratedb.stakeholder s on s.id = n.stakeholder_id
left join integratedb.lane l on l.channel_id = c.id;
