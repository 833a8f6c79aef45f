-- One row a claim, with the spec as it was put, and whether the last look found it met.
create or replace view integratedb.claims as
select s.name as stakeholder, k.name as claim, k.spec, k.is_met, k.put_at
from integratedb.claim k
join integratedb.stakeholder s on s.id = k.stakeholder_id;
