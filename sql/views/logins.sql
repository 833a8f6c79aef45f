-- One row a login of a stakeholder, with the version of its credentials and when they were made. A login that is newer than
-- the current one waits for stores; one that is closed (retired or revoked) opens with new credentials only.
create or replace view integratedb.logins as
select s.name as stakeholder, l.role_name as login, l.is_current, l.version, l.rotated_at, l.closed
from integratedb.login l
join integratedb.stakeholder s on s.id = l.stakeholder_id;
