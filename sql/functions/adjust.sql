-- After a change of the registry: makes the grants on the given tables follow, and USAGE of the stakeholders. What else
-- changed on these tables, and was not validated yet, is left for the validation to find; a table that only the given
-- claims are about has nothing to be found.
create or replace function integratedb.adjust(stakeholder_ids integer[], claim_ids integer[], relids oid[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  perform integratedb.remember(array(
    select x.relid
    from (select distinct unnest(relids) as relid) x
    join pg_class c on c.oid = x.relid
    join pg_namespace n on n.oid = c.relnamespace
    where case
      when exists (select from integratedb.seen_relation s where s.relid = x.relid)
        then not exists (select from integratedb.claimed_table t where t.table_name = c.relname and t.schema_name = n.nspname)
      else not exists (
          select from integratedb.claimed_table t
          where t.table_name = c.relname and t.schema_name = n.nspname and t.claim_id <> all (claim_ids))
        and not exists (
          select from integratedb.claimed_schema w where w.schema_name = n.nspname and w.claim_id <> all (claim_ids))
    end));
  if integratedb.reconcile(relids, stakeholder_ids) then
    perform integratedb.remember_grants(relids);
  end if;
end
$$;
