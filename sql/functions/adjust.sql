-- After a change of the registry: makes the grants on the given tables follow, and USAGE of the stakeholders. What else
-- changed on these tables, and was not validated yet, is left for the validation to find.
create or replace function integratedb.adjust(stakeholder_ids integer[], claim_ids integer[], relids oid[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  unseen record;
begin
  delete from integratedb.seen_relation s
  where s.relid = any (relids) and not exists (
    select from integratedb.claimed_table t where t.table_name = s.table_name and t.schema_name = s.schema_name);

  for unseen in
    select x.relid, exists (
        select from integratedb.claimed_table t
        where t.table_name = c.relname and t.schema_name = n.nspname and t.claim_id <> all (claim_ids)
      ) or exists (
        select from integratedb.claimed_schema w
        where w.schema_name = n.nspname and w.claim_id <> all (claim_ids)
          and integratedb.is_listed(c.oid, c.relispartition, c.relnamespace)
      ) as concerns_others
    from (select distinct unnest(relids) as relid) x
    join pg_class c on c.oid = x.relid
    join pg_namespace n on n.oid = c.relnamespace
    where not exists (select from integratedb.seen_relation s where s.relid = x.relid)
  loop
    perform integratedb.remember(array[unseen.relid], unseen.concerns_others);
  end loop;

  -- A table seen under another name may go back to it, and would look as if nothing had happened.
  update integratedb.seen_relation s set is_pending = true
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where s.relid = any (relids) and c.oid = s.relid and (c.relname <> s.table_name or n.nspname <> s.schema_name);

  if integratedb.reconcile(relids, stakeholder_ids) then
    perform integratedb.remember_grants(relids);
  end if;
end
$$;
