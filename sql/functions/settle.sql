-- After a change of schema or registry: looks at every claim that the change can touch, syncs them, and makes the
-- grants follow. claim_ids, relids: claims and tables to look at besides. unmet_claims says what becomes of claims that
-- are unmet: 'refuse' stops before anything is changed, 'keep' leaves their snapshots as they were, 'resnapshot' takes
-- what is there for what is claimed (rule K11). Returns the ids of the claims that are unmet.
create or replace function integratedb.settle(unmet_claims text, claim_ids integer[] default '{}', relids oid[] default '{}')
returns integer[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  changed_ids oid[];
  changed_schemas name[];
  changed_tables name[];
  affected integer[];
  unmet integer[] := '{}';
begin
  select array_agg(c.relid), array_agg(c.schema_name), array_agg(c.table_name)
  into changed_ids, changed_schemas, changed_tables
  from integratedb.changed_names() c;

  select coalesce(array_agg(a.id), '{}') into affected
  from (
    select unnest(settle.claim_ids) as id
    union select k.id from integratedb.claim k where not k.is_met
    union select t.claim_id
      from unnest(changed_schemas, changed_tables) c(schema_name, table_name)
      join integratedb.claimed_table t on t.table_name = c.table_name and t.schema_name = c.schema_name
    union select w.claim_id from integratedb.claimed_schema w
      where w.schema_name = any (changed_schemas)
        or not exists (select from pg_namespace n where n.nspname = w.schema_name)
  ) a;

  if affected <> '{}' then
    if unmet_claims = 'resnapshot' then
      perform integratedb.sync_claims(affected);
    end if;
    select coalesce(array_agg(distinct u.claim_id), '{}') into unmet from integratedb.unmet(affected) u;
    if unmet_claims = 'refuse' and unmet <> '{}' then
      return unmet;
    end if;
    if unmet_claims <> 'resnapshot' then
      perform integratedb.sync_claims(array(select a from unnest(affected) a where a <> all (unmet)));
    end if;
    update integratedb.claim k set is_met = not k.is_met
    where k.id = any (affected) and k.is_met = (k.id = any (unmet));
  end if;

  changed_ids := array(
    select unnest(changed_ids || settle.relids)
    union
    select unnest(integratedb.claimed_relids(settle.claim_ids))
    union
    select x.relid from unnest(integratedb.claimed_relids(affected)) x(relid)
    where not exists (select from integratedb.seen_relation s where s.relid = x.relid));
  if changed_ids <> '{}' or unmet_claims = 'resnapshot' then
    perform integratedb.remember(changed_ids);
    perform integratedb.reconcile(changed_ids);
    perform integratedb.remember(changed_ids);
  end if;
  return unmet;
end
$$;
