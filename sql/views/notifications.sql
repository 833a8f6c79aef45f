-- One row a notification, with the spec as it was put, and whether the last look found that all of it can be delivered.
create or replace view integratedb.notifications as
select s.name as stakeholder, n.name as notification, n.spec, n.is_met, n.put_at
from integratedb.notification n
join integratedb.stakeholder s on s.id = n.stakeholder_id;
