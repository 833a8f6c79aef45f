-- A spec as rows, one for each match, with defaults filled in. Reads no table. Takes a spec that
-- integratedb.notification_form_problems() finds nothing in. table_name is null for schema.*.
create or replace function integratedb.parse_notification(spec jsonb)
returns table (
  match integer, schema_name name, table_name name, events text[], all_columns boolean, fields text[], channels text[],
  alternatives jsonb, has_one_alternative boolean
)
language sql immutable
as $$
  select
    (m.ordinality - 1)::integer as match,
    case when p.part[1] like '"%' then pg_catalog.replace(pg_catalog.substr(p.part[1], 2, pg_catalog.length(p.part[1]) - 2), '""', '"')
      else p.part[1] end::name as schema_name,
    case when p.part[2] = '*' then null
      when p.part[2] like '"%' then pg_catalog.replace(pg_catalog.substr(p.part[2], 2, pg_catalog.length(p.part[2]) - 2), '""', '"')
      else p.part[2] end::name as table_name,
    case when coalesce(m.value -> 'events', 'null') in ('null', '["*"]') then array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']
      else array(select e.name from (values (1, 'INSERT'), (2, 'UPDATE'), (3, 'DELETE'), (4, 'TRUNCATE')) e(number, name)
        where m.value -> 'events' ? e.name order by e.number) end as events,
    coalesce(m.value -> 'fields' = '["*"]', false) as all_columns,
    array(select coalesce(f.value ->> 'name', f.value #>> '{}')
      from pg_catalog.jsonb_array_elements(case when pg_catalog.jsonb_typeof(m.value -> 'fields') = 'array' and m.value -> 'fields' <> '["*"]'
        then m.value -> 'fields' else '[]' end) with ordinality f order by f.ordinality) as fields,
    case when coalesce(m.value -> 'channels', 'null') in ('null', '["*"]') then array(select pg_catalog.jsonb_object_keys($1 -> 'channels'))
      else array(select pg_catalog.jsonb_array_elements_text(m.value -> 'channels')) end as channels,
    case pg_catalog.jsonb_typeof(m.value -> 'where') when 'array' then m.value -> 'where'
      when 'object' then pg_catalog.jsonb_build_array(m.value -> 'where') else '[]' end as alternatives,
    coalesce(pg_catalog.jsonb_typeof(m.value -> 'where') = 'object', false) as has_one_alternative
  from pg_catalog.jsonb_array_elements($1 -> 'match') with ordinality m
  cross join lateral (select pg_catalog.regexp_match(m.value ->> 'path', '^("(?:[^"]|"")+"|[^".]+)[.]("(?:[^"]|"")+"|[^".]+)$') as part) p
$$;
