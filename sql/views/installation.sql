-- What is installed here: one row.
create or replace view integratedb.installation as
select e.version, e.checksum, e.enforce, e.installed_at, e.upgraded_at from integratedb.engine e;
