-- Where the rights of a stakeholder's role differ from its claims: one row for each column, table (field null) or schema
-- (path is the schema, field null) that it may not read though it claims it (problem 'missing'), or may read though it
-- does not claim it ('extra'). Looks at what was granted to the role itself; integratedb.inspect() looks further.
-- put_claim() and put_stakeholder() repair what is found. Changes nothing. Errors: IDB2006, IDB3007.
--
-- ```sql
-- SELECT * FROM integratedb.drift('reporter');
-- ```
create or replace function integratedb.drift(stakeholder text)
returns table (path text, field text, problem text)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set jit = off
set quote_all_identifiers = off
as $$
declare
  owner integratedb.stakeholder;
begin
  perform integratedb.authorize(drift.stakeholder, integratedb.caller());
  owner := integratedb.require_stakeholder(drift.stakeholder);
  return query
  with looked_at as (
    select r.relid
    from integratedb.claim k
    join integratedb.claimed_table t on t.claim_id = k.id
    join integratedb.relation() r on r.table_name = t.table_name and r.schema_name = t.schema_name
    where k.stakeholder_id = owner.id
    union
    select unnest(integratedb.granted_relids(array[owner.role_name]))
  )
  select integratedb.path_text(n.nspname) || '.' || integratedb.path_text(c.relname), integratedb.path_text(f.name),
    case d.action when 'grant' then 'missing' else 'extra' end
  from integratedb.grant_drift(array(select l.relid from looked_at l)) d
  join pg_class c on c.oid = d.relid
  join pg_namespace n on n.oid = c.relnamespace
  left join lateral unnest(d.columns) f(name) on true
  where d.role_name = owner.role_name
  union all
  select integratedb.path_text(n.nspname), null, case u.action when 'grant' then 'missing' else 'extra' end
  from integratedb.usage_drift() u
  join pg_namespace n on n.oid = u.schema_id
  where u.role_name = owner.role_name
  order by 1, 2, 3;
end
$$;
