-- What is wrong with the form of a spec: rules K1 to K5 and the reserved schemas of F18. No rows: well formed.
-- property is the place in the spec, as match[0].fields[1].type.
create or replace function integratedb.spec_problems(spec jsonb)
returns table (property text, problem text)
language sql stable
as $$
  with root as (
    select case when pg_catalog.jsonb_typeof($1) = 'object' then $1 else '{}' end as body
  ),
  match as (
    select 'match[' || (m.ordinality - 1) || ']' as property, m.value
    from root r
    cross join lateral pg_catalog.jsonb_array_elements(
      case when pg_catalog.jsonb_typeof(r.body -> 'match') = 'array' then r.body -> 'match' else '[]' end) with ordinality m
  ),
  match_object as (
    select m.*, m.value ? 'alternatives' as has_alternatives from match m where pg_catalog.jsonb_typeof(m.value) = 'object'
  ),
  source as (
    select m.property, m.value, false as inside from match_object m where not m.has_alternatives
    union all
    select m.property || '.alternatives[' || (a.ordinality - 1) || ']', a.value, true
    from match_object m
    cross join lateral pg_catalog.jsonb_array_elements(
      case when pg_catalog.jsonb_typeof(m.value -> 'alternatives') = 'array' then m.value -> 'alternatives' else '[]' end
    ) with ordinality a
    where m.has_alternatives
  ),
  source_object as (
    select s.*, case when pg_catalog.jsonb_typeof(s.value -> 'path') = 'string' then s.value ->> 'path' end as path
    from source s where pg_catalog.jsonb_typeof(s.value) = 'object'
  ),
  path as (
    select s.property || '.path' as property, s.value, s.inside, s.path as text, pg_catalog.regexp_match(
      s.path, '^("(?:[^"]|"")+"|[^".]+)[.]("(?:[^"]|"")+"|[^".]+)$') as part
    from source_object s where s.path is not null
  ),
  path_part as (
    select p.property, p.part[2] = '*' as is_wildcard, u.ordinality,
      case when u.text like '"%' then pg_catalog.replace(pg_catalog.substr(u.text, 2, pg_catalog.length(u.text) - 2), '""', '"') else u.text end as name
    from path p cross join lateral pg_catalog.unnest(p.part) with ordinality u(text, ordinality)
  ),
  field as (
    select s.property, f.ordinality, s.property || '.fields[' || (f.ordinality - 1) || ']' as field_property, f.value,
      pg_catalog.jsonb_typeof(f.value) = 'object' and f.value ? 'alternatives' as has_alternatives
    from source_object s
    cross join lateral pg_catalog.jsonb_array_elements(
      case when pg_catalog.jsonb_typeof(s.value -> 'fields') = 'array' then s.value -> 'fields' else '[]' end) with ordinality f
  ),
  choice as (
    select f.property as source_property, f.ordinality, f.field_property as property, f.value, false as inside
    from field f where not f.has_alternatives
    union all
    select f.property, f.ordinality, f.field_property || '.alternatives[' || (a.ordinality - 1) || ']', a.value, true
    from field f
    cross join lateral pg_catalog.jsonb_array_elements(
      case when pg_catalog.jsonb_typeof(f.value -> 'alternatives') = 'array' then f.value -> 'alternatives' else '[]' end
    ) with ordinality a
    where f.has_alternatives
  ),
  choice_object as (
    select c.* from choice c where pg_catalog.jsonb_typeof(c.value) = 'object'
  ),
  choice_name as (
    select c.source_property, c.ordinality, c.property, c.inside,
      case pg_catalog.jsonb_typeof(c.value) when 'string' then c.value #>> '{}'
        when 'object' then case when pg_catalog.jsonb_typeof(c.value -> 'name') = 'string' then c.value ->> 'name' end end as name
    from choice c
  ),
  unknown as (
    select 'the spec'::text as property, k.name, 'match' as allowed
    from root r cross join lateral pg_catalog.jsonb_object_keys(r.body) k(name) where k.name <> 'match'
    union all
    select m.property, k.name, case when m.has_alternatives then 'alternatives, optional' else 'path, fields, optional' end
    from match_object m cross join lateral pg_catalog.jsonb_object_keys(m.value) k(name)
    where k.name not in ('optional', 'alternatives') and (m.has_alternatives or k.name not in ('path', 'fields'))
    union all
    select s.property, k.name, 'path, fields'
    from source_object s cross join lateral pg_catalog.jsonb_object_keys(s.value) k(name)
    where s.inside and k.name not in ('path', 'fields')
    union all
    select f.field_property, k.name, 'alternatives, optional'
    from field f cross join lateral pg_catalog.jsonb_object_keys(case when f.has_alternatives then f.value else '{}' end) k(name)
    where k.name not in ('alternatives', 'optional')
    union all
    select c.property, k.name, 'name, type, min_length, is_nullable' || case when c.inside then '' else ', optional' end
    from choice_object c cross join lateral pg_catalog.jsonb_object_keys(c.value) k(name)
    where k.name not in ('name', 'type', 'min_length', 'is_nullable') and (c.inside or k.name <> 'optional')
  )
  select 'the spec' as property, 'must be an object with "match", found ' || coalesce(pg_catalog.jsonb_typeof($1), 'nothing') as problem
  where pg_catalog.jsonb_typeof($1) is distinct from 'object'
  union all
  select 'match', 'must be an array, found ' || coalesce(pg_catalog.jsonb_typeof($1 -> 'match'), 'nothing')
  where pg_catalog.jsonb_typeof($1) = 'object' and pg_catalog.jsonb_typeof($1 -> 'match') is distinct from 'array'
  union all
  select u.property, 'has the unknown key "' || pg_catalog.left(u.name, 80) || '"; allowed here: ' || u.allowed from unknown u
  union all
  select m.property, 'must be an object, found ' || pg_catalog.jsonb_typeof(m.value)
  from (select property, value from match union all select property, value from source where inside) m
  where pg_catalog.jsonb_typeof(m.value) <> 'object'
  union all
  select o.property || '.optional', 'must be true or false, found ' || pg_catalog.jsonb_typeof(o.value -> 'optional')
  from (select property, value from match_object union all select field_property, value from field
    where pg_catalog.jsonb_typeof(value) = 'object') o
  where pg_catalog.jsonb_typeof(o.value -> 'optional') not in ('boolean', 'null')
  union all
  select a.property || '.alternatives', 'must be an array with at least one element'
  from (select property, value from match_object where has_alternatives
    union all select field_property, value from field where has_alternatives) a
  where coalesce(pg_catalog.jsonb_typeof(a.value -> 'alternatives') <> 'array', true) or a.value -> 'alternatives' = '[]'
  union all
  select s.property || '.path', 'must be a string schema.table, found ' || coalesce(pg_catalog.jsonb_typeof(s.value -> 'path'), 'nothing')
  from source_object s where s.path is null
  union all
  select p.property, 'must be schema.table (a name that holds a dot or a quote in double quotes), found ' || pg_catalog.left(p.text, 140)
  from path p where p.part is null
  union all
  select p.property, 'has a name of over 63 bytes: ' || pg_catalog.left(p.name, 140) from path_part p where pg_catalog.octet_length(p.name) > 63
  union all
  select p.property, 'is in a schema that cannot be claimed: ' || p.name
  from path_part p where p.ordinality = 1 and (p.name ~ '^pg_' or p.name in ('information_schema', 'integratedb'))
  union all
  select p.property, 'may be schema.* only outside alternatives' from path p where p.part[2] = '*' and p.inside
  union all
  select p.property, 'may be schema.* only with fields ["*"]'
  from path p where p.part[2] = '*' and p.value -> 'fields' is distinct from '["*"]'
  union all
  select p.property, 'cannot have a wildcard for the schema' from path p where p.part[1] = '*'
  union all
  select s.property || '.fields', 'must be an array, found ' || pg_catalog.jsonb_typeof(s.value -> 'fields')
  from source_object s where pg_catalog.jsonb_typeof(s.value -> 'fields') not in ('array', 'null')
  union all
  select s.property || '.fields', '"*" must stand alone'
  from source_object s where s.value -> 'fields' @> '["*"]' and s.value -> 'fields' <> '["*"]'
  union all
  select c.property, 'must be a column name or an object, found ' || pg_catalog.jsonb_typeof(c.value)
  from choice c where pg_catalog.jsonb_typeof(c.value) not in ('string', 'object')
  union all
  select c.property, '"*" cannot be an alternative' from choice c where c.inside and c.value = '"*"'
  union all
  select c.property || '.name', 'must be a string, found ' || coalesce(pg_catalog.jsonb_typeof(c.value -> 'name'), 'nothing')
  from choice_object c where pg_catalog.jsonb_typeof(c.value -> 'name') is distinct from 'string'
  union all
  select n.property, 'has a name of ' || case n.name when '' then 'no bytes' else 'over 63 bytes: ' || pg_catalog.left(n.name, 140) end
  from choice_name n where n.name = '' or pg_catalog.octet_length(n.name) > 63
  union all
  select n.property, 'names the column "' || pg_catalog.left(n.name, 80) || '" again'
  from (
    select c.property, c.name, c.ordinality > pg_catalog.min(c.ordinality) over (partition by c.source_property, c.name) as again
    from choice_name c where c.name is not null
  ) n where n.again
  union all
  select c.property || '.type', 'must be a string of 3 to 128 characters'
  from choice_object c
  where pg_catalog.jsonb_typeof(c.value -> 'type') not in ('string', 'null')
    or (pg_catalog.jsonb_typeof(c.value -> 'type') = 'string' and pg_catalog.length(c.value ->> 'type') not between 3 and 128)
  union all
  select c.property || '.min_length', 'must be a whole number from 0 to 2147483646'
  from choice_object c
  where pg_catalog.jsonb_typeof(c.value -> 'min_length') not in ('number', 'null')
    or case when pg_catalog.jsonb_typeof(c.value -> 'min_length') = 'number' then
      (c.value ->> 'min_length')::numeric % 1 <> 0 or (c.value ->> 'min_length')::numeric not between 0 and 2147483646 end
  union all
  select c.property || '.is_nullable', 'must be true or false, found ' || pg_catalog.jsonb_typeof(c.value -> 'is_nullable')
  from choice_object c where pg_catalog.jsonb_typeof(c.value -> 'is_nullable') not in ('boolean', 'null')
$$;
