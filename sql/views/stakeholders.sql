-- Who has a stake in this database: one row a stakeholder, with the login that its application should use now.
create or replace view integratedb.stakeholders as
select s.name as stakeholder, s.role_name, s.schema_name, l.role_name as login, l.rotated_at, s.created_at,
  (select count(*) from integratedb.claim k where k.stakeholder_id = s.id) as claims
from integratedb.stakeholder s
left join integratedb.login l on l.stakeholder_id = s.id and l.is_current;
