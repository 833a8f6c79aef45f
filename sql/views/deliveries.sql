-- One row an entry of a secret store, with the version of the credentials that it holds (null: not written yet).
create or replace view integratedb.deliveries as
select s.name as stakeholder, d.store, d.entry, d.version, l.role_name as login, d.delivered_at
from integratedb.delivery d
join integratedb.stakeholder s on s.id = d.stakeholder_id
left join integratedb.login l on l.stakeholder_id = d.stakeholder_id and l.version = d.version;
