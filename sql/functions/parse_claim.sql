-- A spec as rows: one for each table alternative (field null), one for each field alternative of it. Reads no table.
-- Takes a spec that integratedb.spec_problems() finds nothing in. What the spec leaves open is null.
-- table_name is null for schema.*; all_columns stands for fields ["*"].
create or replace function integratedb.parse_claim(spec jsonb)
returns table (
  match integer, alternative integer, schema_name name, table_name name, optional boolean, all_columns boolean,
  field integer, field_alternative integer, name name, field_optional boolean,
  type text, length integer, digits integer, scale integer, not_null boolean
)
language sql stable
as $$
  with source as (
    select
      (m.ordinality - 1)::integer as match, (s.ordinality - 1)::integer as alternative, s.value as body,
      coalesce((m.value ->> 'optional')::boolean, false) as optional,
      pg_catalog.regexp_match(s.value ->> 'path', '^("(?:[^"]|"")+"|[^".]+)[.]("(?:[^"]|"")+"|[^".]+)$') as path
    from pg_catalog.jsonb_array_elements($1 -> 'match') with ordinality m
    cross join lateral pg_catalog.jsonb_array_elements(
      coalesce(m.value -> 'alternatives', pg_catalog.jsonb_build_array(m.value))) with ordinality s
  ),
  listed as (
    select
      s.match, s.alternative, s.optional,
      case when s.path[1] like '"%' then pg_catalog.replace(pg_catalog.substr(s.path[1], 2, pg_catalog.length(s.path[1]) - 2), '""', '"')
        else s.path[1] end::name as schema_name,
      case when s.path[2] = '*' then null
        when s.path[2] like '"%' then pg_catalog.replace(pg_catalog.substr(s.path[2], 2, pg_catalog.length(s.path[2]) - 2), '""', '"')
        else s.path[2] end::name as table_name,
      s.body -> 'fields' = '["*"]' as all_columns,
      case when pg_catalog.jsonb_typeof(s.body -> 'fields') = 'array' and s.body -> 'fields' <> '["*"]'
        then s.body -> 'fields' else '[]' end as fields
    from source s
  ),
  named as (
    select
      l.match, l.alternative, (f.ordinality - 1)::integer as field, (o.ordinality - 1)::integer as field_alternative,
      coalesce(o.value ->> 'name', o.value #>> '{}')::name as name,
      case when pg_catalog.jsonb_typeof(f.value) = 'object' then coalesce((f.value ->> 'optional')::boolean, false) else false end
        as field_optional,
      case when pg_catalog.jsonb_typeof(o.value) = 'object' then o.value else '{}' end as stated
    from listed l
    cross join lateral pg_catalog.jsonb_array_elements(l.fields) with ordinality f
    cross join lateral pg_catalog.jsonb_array_elements(case
      when pg_catalog.jsonb_typeof(f.value) = 'object' then coalesce(f.value -> 'alternatives', pg_catalog.jsonb_build_array(f.value))
      else pg_catalog.jsonb_build_array(f.value) end) with ordinality o
  )
  select
    l.match, l.alternative, l.schema_name, l.table_name, l.optional, coalesce(l.all_columns, false) as all_columns,
    null::integer as field, null::integer as field_alternative, null::name as name, null::boolean as field_optional,
    null::text as type, null::integer as length, null::integer as digits, null::integer as scale, null::boolean as not_null
  from listed l
  union all
  select
    l.match, l.alternative, l.schema_name, l.table_name, l.optional, false as all_columns,
    n.field, n.field_alternative, n.name, n.field_optional,
    t.type,
    greatest(t.length, (n.stated ->> 'min_length')::integer) as length, t.digits, t.scale,
    not (n.stated ->> 'is_nullable')::boolean as not_null
  from named n
  join listed l on l.match = n.match and l.alternative = n.alternative
  left join integratedb.parse_type(array(select distinct x.stated ->> 'type' from named x where x.stated ->> 'type' is not null)) t
    on t.stated = n.stated ->> 'type'
$$;
