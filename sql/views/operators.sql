-- Database roles that may manage the stakeholders whose names match the glob.
create or replace view integratedb.operators as
select o.role_name, o.pattern from integratedb.operator o;
