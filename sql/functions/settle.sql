-- After a change of the schema: looks at every claim that the change can touch, syncs those, and makes the grants follow.
-- unmet_claims: 'refuse' stops before anything is changed if a claim is unmet; 'resnapshot' takes what is there for what is
-- claimed (rule K11) and repairs every grant. Returns the ids of the claims that are unmet.
create or replace function integratedb.settle(unmet_claims text)
returns integer[]
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  changed record;
  affected integer[];
  unmet integer[] := '{}';
  fresh oid[];
  reconciled oid[];
begin
  select array_agg(c.relid) as ids, array_agg(c.schema_name) as schemas, array_agg(c.table_name) as tables
  into changed
  from integratedb.changed_names() c;

  affected := array(
    select t.claim_id
      from unnest(changed.schemas, changed.tables) c(schema_name, table_name)
      join integratedb.claimed_table t on t.table_name = c.table_name and t.schema_name = c.schema_name
    union select w.claim_id from integratedb.claimed_schema w
      where w.schema_name = any (changed.schemas)
        or not exists (select from pg_namespace n where n.nspname = w.schema_name)
    union select k.id from integratedb.claim k where not k.is_met
    -- A table that is gone without having been seen leaves no other trace.
    union select t.claim_id from integratedb.claimed_table t
      where not exists (
        select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relname = t.table_name and n.nspname = t.schema_name));

  if affected <> '{}' then
    if unmet_claims = 'resnapshot' then
      perform integratedb.sync_claims(affected);
    end if;
    unmet := array(select distinct u.claim_id from integratedb.unmet(affected) u);
    if unmet_claims = 'refuse' then
      if unmet <> '{}' then
        return unmet;
      end if;
      perform integratedb.sync_claims(affected);
    end if;
    update integratedb.claim k set is_met = not k.is_met
    where k.id = any (affected) and k.is_met = (k.id = any (unmet));
  end if;

  fresh := array(
    select unnest(changed.ids)
    union
    select x.relid from unnest(integratedb.claimed_relids(affected)) x(relid)
    where not exists (select from integratedb.seen_relation s where s.relid = x.relid));
  perform integratedb.remember(fresh);
  reconciled := fresh;
  if unmet_claims = 'resnapshot' then
    -- Rights on claimed tables that somebody changed show as changed tables; those on other tables do not.
    reconciled := fresh || integratedb.granted_relids(array(select s.role_name from integratedb.stakeholder s), true);
  end if;
  if integratedb.reconcile(reconciled, null) then
    perform integratedb.remember_grants(reconciled);
  end if;
  if changed.ids is not null then
    perform integratedb.remember_types();
  end if;
  return unmet;
end
$$;
