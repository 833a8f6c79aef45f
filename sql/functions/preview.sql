-- What putting a claim would do, without doing it: the columns that it covers, and every problem, each at its place
-- in the spec. put_claim judges by this function, and so does `pulumi preview`.
-- Returns {"columns": {"public.orders.id": {"type", "nullable"}}, "problems": [{"property", "code", "message", "path",
-- "field", "problem", "expected", "actual", "near"}]}. A table claimed without fields stands as "public.orders": {}.
create or replace function integratedb.preview(stakeholder text, spec jsonb)
returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set quote_all_identifiers = off
as $$
begin
  return case when pg_catalog.octet_length($2::text) > 1048576 then pg_catalog.jsonb_build_object(
    'columns', '{}'::jsonb,
    'problems', pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
      'property', 'the spec', 'code', 'IDB2004', 'message', pg_catalog.format(
        'the spec has %s bytes, at most 1048576 are taken; claim whole tables with ["*"] or split it', pg_catalog.octet_length($2::text)))))
  when exists (select from integratedb.spec_problems($2) p) then pg_catalog.jsonb_build_object(
    'columns', '{}'::jsonb,
    'problems', (
      select pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'property', p.property, 'code', 'IDB2003', 'message', p.property || ' ' || p.problem) order by p.property)
      from integratedb.spec_problems($2) p))
  else (
    with parsed as materialized (
      select * from integratedb.parse_claim($2) p
    ),
    target as (
      select p.*, false as is_wildcard, r.relid, r.row_security
      from parsed p
      left join lateral integratedb.relation_named(p.schema_name, p.table_name) r on true
      where p.field is null and p.table_name is not null
      union all
      select p.match, p.alternative, p.schema_name, r.table_name, p.optional, p.all_columns, p.field, p.field_alternative,
        p.name, p.field_optional, p.type, p.length, p.digits, p.scale, p.not_null, true, r.relid, r.row_security
      from parsed p
      left join lateral integratedb.relations_in(p.schema_name) r
        on integratedb.permits($1, p.schema_name, r.table_name, null, false)
      where p.field is null and p.table_name is null
    ),
    claimed as materialized (
      select g.match, g.alternative, g.schema_name, g.table_name, g.optional, g.all_columns, g.is_wildcard, g.relid,
        case
          when not exists (select from pg_catalog.pg_namespace n where n.nspname = g.schema_name) then 'missing schema'
          when not g.is_wildcard and g.relid is null then 'missing table'
          when not g.is_wildcard and not integratedb.permits($1, g.schema_name, g.table_name, null, true) then 'policy'
          when g.row_security and (g.all_columns or exists (
              select from parsed f where f.match = g.match and f.alternative = g.alternative and f.field is not null))
            and integratedb.stakeholder_role($1) is not null
            and not integratedb.reads_rows(g.relid, integratedb.stakeholder_role($1)) then 'row security'
        end as problem
      from target g
    ),
    shape as materialized (
      select distinct_target.relid, distinct_target.schema_name, distinct_target.table_name, s.*
      from (select distinct d.relid, d.schema_name, d.table_name from claimed d where d.relid is not null) distinct_target
      cross join lateral integratedb.columns_of(distinct_target.relid) s
    ),
    column_row as (
      select p.match, p.alternative, c.schema_name, c.table_name, c.is_wildcard, c.optional, false as all_columns,
        p.field, p.field_alternative, p.name, p.field_optional, s.name is not null as found,
        case when s.name is not null and not integratedb.permits($1, c.schema_name, c.table_name, p.name, true) then 'policy'
          else integratedb.shape_problem(p.type, p.length, p.digits, p.scale, p.not_null, null,
            s.type, s.bare_type, s.length, s.digits, s.scale, s.not_null, s.definition) end as problem,
        p.type as claimed_type, p.length as claimed_length, p.digits as claimed_digits, p.scale as claimed_scale,
        s.type, s.length, s.digits, s.scale, s.not_null
      from parsed p
      join claimed c on c.match = p.match and c.alternative = p.alternative
      left join shape s on s.relid = c.relid and s.name = p.name
      where p.field is not null
      union all
      select c.match, c.alternative, c.schema_name, c.table_name, c.is_wildcard, c.optional, true,
        s.number::integer, 0, s.name, false, true, null, null, null, null, null, s.type, s.length, s.digits, s.scale, s.not_null
      from claimed c
      join shape s on s.relid = c.relid
      where c.all_columns and integratedb.permits($1, c.schema_name, c.table_name, s.name, false)
    ),
    checked as (
      select 0 as claim_id, c.match, c.alternative, c.schema_name::text, c.table_name::text, c.is_wildcard, c.optional,
        null::integer as field, null::integer as field_alternative, null::text as name, null::boolean as field_optional, c.all_columns,
        case when c.problem is null and c.all_columns and not c.is_wildcard
          and exists (select from shape s where s.relid = c.relid)
          and not exists (select from column_row w where w.all_columns and w.match = c.match and w.alternative = c.alternative)
          then 'policy' else c.problem end as problem,
        null::text as expected, null::text as actual
      from claimed c
      union all
      select 0, r.match, r.alternative, r.schema_name::text, r.table_name::text, r.is_wildcard, r.optional,
        r.field, r.field_alternative, r.name::text, r.field_optional, r.all_columns, r.problem,
        case r.problem
          when 'nullability' then 'not null'
          when 'policy' then null
          else integratedb.shape_text(coalesce(r.claimed_type, r.type), r.claimed_length, r.claimed_digits, r.claimed_scale) end,
        case r.problem when 'nullability' then 'nullable'
          when 'policy' then null
          else integratedb.shape_text(r.type, r.length, r.digits, r.scale) end
      from column_row r
    ),
    short as (
      select u.* from integratedb.unmet_rows((select pg_catalog.jsonb_agg(pg_catalog.to_jsonb(c)) from checked c where c.problem is distinct from 'policy')) u
      union all
      select c.* from checked c where c.problem = 'policy'
    ),
    told as (
      select s.match, s.alternative, s.field, s.field_alternative, s.problem, s.expected, s.actual, s.name,
        integratedb.path_text(s.schema_name) || '.' || coalesce(integratedb.path_text(s.table_name), '*') as path,
        'match[' || s.match || ']'
          || case when $2 -> 'match' -> s.match ? 'alternatives' then '.alternatives[' || s.alternative || ']' else '' end as source_property,
        coalesce($2 -> 'match' -> s.match -> 'alternatives' -> s.alternative, $2 -> 'match' -> s.match) -> 'fields' -> s.field
          as field_spec,
        case s.problem
          when 'missing schema' then coalesce(case when s.table_name is not null then integratedb.nearest(
              integratedb.path_text(s.schema_name) || '.' || integratedb.path_text(s.table_name),
              array(select integratedb.path_text(r.schema_name) || '.' || integratedb.path_text(r.table_name) from integratedb.relation() r)) end,
            integratedb.nearest(s.schema_name, array(select n.nspname::text from pg_catalog.pg_namespace n where n.nspname !~ '^pg_')))
          when 'missing table' then integratedb.nearest(
            integratedb.path_text(s.schema_name) || '.' || integratedb.path_text(s.table_name),
            array(select integratedb.path_text(r.schema_name) || '.' || integratedb.path_text(r.table_name) from integratedb.relation() r))
          when 'missing column' then integratedb.nearest(s.name, array(
            select h.name::text from shape h where h.schema_name = s.schema_name and h.table_name = s.table_name))
        end as near
      from short s
    )
    select pg_catalog.jsonb_build_object(
      'columns', coalesce((
        select pg_catalog.jsonb_object_agg(x.key, x.value)
        from (
          select integratedb.path_text(r.schema_name) || '.' || integratedb.path_text(r.table_name) || '.' || integratedb.path_text(r.name) as key,
            pg_catalog.jsonb_build_object(
              'type', integratedb.shape_text(r.type, r.length, r.digits, r.scale), 'nullable', not r.not_null) as value
          from column_row r where r.found
          union all
          select integratedb.path_text(c.schema_name) || '.' || integratedb.path_text(c.table_name), '{}'::jsonb
          from claimed c
          where c.relid is not null and not c.all_columns and not exists (
            select from parsed p where p.match = c.match and p.alternative = c.alternative and p.field is not null)
        ) x), '{}'),
      'problems', coalesce((
        select pg_catalog.jsonb_agg(pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
          'property', t.source_property || case when t.field is null then '.path' else '.fields[' || t.field || ']'
            || case when t.field_spec ? 'alternatives' then '.alternatives[' || t.field_alternative || ']' else '' end end,
          'code', case t.problem when 'policy' then 'IDB2005' else 'IDB2002' end,
          'message', case t.problem
              when 'policy' then pg_catalog.format('policy does not let %s claim %s', coalesce($1, 'this stakeholder'), t.path || coalesce('.' || t.name, ''))
              when 'missing schema' then pg_catalog.format('there is no schema for %s', t.path)
              when 'missing table' then pg_catalog.format('there is no table %s', t.path)
              when 'missing column' then pg_catalog.format('%s has no column %s', t.path, t.name)
              when 'row security' then pg_catalog.format(
                'row level security on %s has no policy that lets %s read; expected: create policy ... on %s for select to %s', t.path, $1, t.path, $1)
              else pg_catalog.format('%s.%s is claimed as %s and is %s', t.path, t.name, t.expected, t.actual)
            end || coalesce('; did you mean ' || t.near || '?', ''),
          'path', t.path, 'field', t.name, 'problem', t.problem, 'expected', t.expected, 'actual', t.actual, 'near', t.near))
          order by t.match, t.alternative, t.field nulls first, t.field_alternative)
        from told t), '[]'))
  ) end;
end
$$;
