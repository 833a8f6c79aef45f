-- What makes the given claims unmet now, in the terms of their specs (rule K9).
-- expected and actual are shapes as integratedb.shape_text() writes them, or definitions, or null for what is missing.
create or replace function integratedb.unmet(claim_ids integer[])
returns table (
  claim_id integer, stakeholder text, claim text, match integer, alternative integer, path text, field text,
  problem text, expected text, actual text
)
language sql stable
as $$
  with claim as materialized (
    select k.id, k.name, s.name as stakeholder, integratedb.stakeholder_role(s.name) as role_id
    from integratedb.claim k
    join integratedb.stakeholder s on s.id = k.stakeholder_id
    where k.id = any ($1)
  ),
  claimed as materialized (
    select t.*, k.role_id, r.relid, r.row_security
    from integratedb.claimed_table t
    join claim k on k.id = t.claim_id
    left join lateral integratedb.relation_named(t.schema_name, t.table_name) r on true
  ),
  shape as materialized (
    select d.relid, a.*
    from (select distinct t.relid from claimed t where t.relid is not null) d
    cross join lateral integratedb.columns_of(d.relid) a
  ),
  checked as materialized (
    select w.claim_id, w.match, 0 as alternative, w.schema_name::text, null::text as table_name, true as is_wildcard, w.optional,
      null::integer as field, null::integer as field_alternative, null::text as name, null::boolean as field_optional,
      true as all_columns, case when n.oid is null then 'missing schema' end as problem, null::text as expected, null::text as actual
    from integratedb.claimed_schema w
    join claim k on k.id = w.claim_id
    left join pg_catalog.pg_namespace n on n.nspname = w.schema_name
    union all
    select t.claim_id, t.match, t.alternative, t.schema_name, t.table_name, t.from_wildcard, t.optional,
      null, null, null, null, t.all_columns,
      case
        when t.relid is null then case
          when exists (select from pg_catalog.pg_namespace n where n.nspname = t.schema_name) then 'missing table'
          else 'missing schema' end
        when t.row_security and t.role_id is not null
          and (t.all_columns or exists (select from integratedb.claimed_column c where c.table_id = t.id))
          and not integratedb.reads_rows(t.relid, t.role_id) then 'row security'
        when t.role_id is not null and not integratedb.view_reads(t.relid, t.role_id) then 'view rights'
      end,
      null, null
    from claimed t
    union all
    select t.claim_id, t.match, t.alternative, t.schema_name, t.table_name, t.from_wildcard, t.optional,
      c.field, c.field_alternative, c.name, c.optional, c.from_wildcard, p.problem,
      case
        when p.problem is null then null
        when p.problem = 'nullability' then 'not null'
        when p.problem = 'definition' then c.definition
        else integratedb.shape_text(c.type, c.length, c.digits, c.scale)
      end,
      case
        when p.problem is null then null
        when p.problem = 'nullability' then 'nullable'
        when p.problem = 'definition' then a.definition
        else integratedb.shape_text(a.type, a.length, a.digits, a.scale)
      end
    from claimed t
    join integratedb.claimed_column c on c.table_id = t.id
    left join shape a on a.relid = t.relid and a.name = c.name
    cross join lateral (
      select integratedb.shape_problem(c.type, c.length, c.digits, c.scale, c.not_null, c.definition,
        a.type, a.bare_type, a.length, a.digits, a.scale, a.not_null, a.definition) as problem
    ) p
  )
  select u.claim_id, k.stakeholder, k.name as claim, u.match, u.alternative,
    integratedb.path_text(u.schema_name) || '.' || coalesce(integratedb.path_text(u.table_name), '*') as path,
    u.name as field, u.problem, u.expected, u.actual
  from integratedb.unmet_rows((
    select pg_catalog.jsonb_agg(pg_catalog.to_jsonb(c))
    from checked c
    where c.claim_id in (select p.claim_id from checked p where p.problem is not null)
  )) u
  join claim k on k.id = u.claim_id
  order by k.stakeholder, k.name, u.match, u.alternative, path, u.field nulls first, u.field_alternative, u.name
$$;
