-- What is wrong with the form of a notification's spec, channels aside. No rows: well formed. property is the place in the
-- spec, as match[0].where.total.gte.
create or replace function integratedb.notification_form_problems(spec jsonb)
returns table (property text, problem text)
language sql stable
as $$
  with root as (
    select case when pg_catalog.jsonb_typeof($1) = 'object' then $1 else '{}' end as body
  ),
  match as (
    select 'match[' || (m.ordinality - 1) || ']' as property, m.value,
      case when pg_catalog.jsonb_typeof(m.value) = 'object' then m.value else '{}' end as body
    from root r
    cross join lateral pg_catalog.jsonb_array_elements(
      case when pg_catalog.jsonb_typeof(r.body -> 'match') = 'array' then r.body -> 'match' else '[]' end) with ordinality m
  ),
  path as (
    select m.property || '.path' as property, m.body, m.body ->> 'path' as text, pg_catalog.regexp_match(
      m.body ->> 'path', '^("(?:[^"]|"")+"|[^".]+)[.]("(?:[^"]|"")+"|[^".]+)$') as part
    from match m where pg_catalog.jsonb_typeof(m.body -> 'path') = 'string'
  ),
  path_part as (
    select p.property, u.ordinality,
      case when u.text like '"%' then pg_catalog.replace(pg_catalog.substr(u.text, 2, pg_catalog.length(u.text) - 2), '""', '"') else u.text end as name
    from path p cross join lateral pg_catalog.unnest(p.part) with ordinality u(text, ordinality)
  ),
  list as (
    select m.property || '.' || k.key as property, k.key, m.body -> k.key as value, k.allowed
    from match m
    cross join (values ('events', array['*', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']), ('channels', null), ('fields', null)) k(key, allowed)
    where m.body ? k.key and pg_catalog.jsonb_typeof(m.body -> k.key) <> 'null'
  ),
  item as (
    select l.property as list_property, l.key, l.allowed, l.property || '[' || (i.ordinality - 1) || ']' as property, i.ordinality, i.value,
      case
        when pg_catalog.jsonb_typeof(i.value) = 'string' then i.value #>> '{}'
        when l.key = 'fields' and pg_catalog.jsonb_typeof(i.value) = 'object' and pg_catalog.jsonb_typeof(i.value -> 'name') = 'string'
          and i.value - 'name' = '{}' then i.value ->> 'name'
      end as name
    from list l
    cross join lateral pg_catalog.jsonb_array_elements(
      case when pg_catalog.jsonb_typeof(l.value) = 'array' then l.value else '[]' end) with ordinality i
  ),
  alternative as (
    select m.property || '.where' as property, m.body -> 'where' as value
    from match m where pg_catalog.jsonb_typeof(m.body -> 'where') not in ('array', 'null')
    union all
    select m.property || '.where[' || (a.ordinality - 1) || ']', a.value
    from match m
    cross join lateral pg_catalog.jsonb_array_elements(
      case when pg_catalog.jsonb_typeof(m.body -> 'where') = 'array' then m.body -> 'where' else '[]' end) with ordinality a
  ),
  test as (
    select a.property || '.' || integratedb.path_text(t.key) as property, t.key as name, t.value
    from alternative a
    cross join lateral pg_catalog.jsonb_each(case when pg_catalog.jsonb_typeof(a.value) = 'object' then a.value else '{}' end) t
  ),
  operation as (
    select t.property || '.' || o.key as property, o.key, o.value
    from test t
    cross join lateral pg_catalog.jsonb_each(case when pg_catalog.jsonb_typeof(t.value) = 'object' then t.value else '{}' end) o
  )
  select 'the spec' as property, 'must be an object with "match" and "channels", found ' || coalesce(pg_catalog.jsonb_typeof($1), 'nothing') as problem
  where pg_catalog.jsonb_typeof($1) is distinct from 'object'
  union all
  select 'match', 'must be an array, found ' || coalesce(pg_catalog.jsonb_typeof($1 -> 'match'), 'nothing')
  where pg_catalog.jsonb_typeof($1) = 'object' and pg_catalog.jsonb_typeof($1 -> 'match') is distinct from 'array'
  union all
  select 'channels', 'must be an object of channels by name, found ' || coalesce(pg_catalog.jsonb_typeof($1 -> 'channels'), 'nothing')
  where pg_catalog.jsonb_typeof($1) = 'object' and pg_catalog.jsonb_typeof($1 -> 'channels') is distinct from 'object'
  union all
  select 'the spec', 'has the unknown key "' || pg_catalog.left(k.name, 80) || '"; allowed here: match, channels'
  from root r cross join lateral pg_catalog.jsonb_object_keys(r.body) k(name) where k.name not in ('match', 'channels')
  union all
  select m.property, 'must be an object, found ' || pg_catalog.jsonb_typeof(m.value)
  from match m where pg_catalog.jsonb_typeof(m.value) <> 'object'
  union all
  select m.property, 'has the unknown key "' || pg_catalog.left(k.name, 80) || '"; allowed here: path, events, fields, channels, where'
  from match m cross join lateral pg_catalog.jsonb_object_keys(m.body) k(name)
  where k.name not in ('path', 'events', 'fields', 'channels', 'where')
  union all
  select m.property || '.path', 'must be a string schema.table, found ' || coalesce(pg_catalog.jsonb_typeof(m.body -> 'path'), 'nothing')
  from match m where pg_catalog.jsonb_typeof(m.value) = 'object' and pg_catalog.jsonb_typeof(m.body -> 'path') is distinct from 'string'
  union all
  select p.property, 'must be schema.table (a name that holds a dot or a quote in double quotes), found ' || pg_catalog.left(p.text, 140)
  from path p where p.part is null
  union all
  select p.property, 'has a name of over 63 bytes: ' || pg_catalog.left(p.name, 140) from path_part p where pg_catalog.octet_length(p.name) > 63
  union all
  select p.property, 'is in a schema that cannot be claimed: ' || p.name
  from path_part p where p.ordinality = 1 and (p.name ~ '^pg_' or p.name in ('information_schema', 'integratedb'))
  union all
  select p.property, 'cannot have a wildcard for the schema' from path p where p.part[1] = '*'
  union all
  select p.property, 'may be schema.* only with fields ["*"] and without where'
  from path p where p.part[2] = '*' and (p.body -> 'fields' is distinct from '["*"]' or coalesce(p.body -> 'where', 'null') <> 'null')
  union all
  select l.property, 'must be an array, found ' || pg_catalog.jsonb_typeof(l.value)
  from list l where pg_catalog.jsonb_typeof(l.value) <> 'array'
  union all
  select l.property, 'must have at least one element' from list l where l.value = '[]' and l.key <> 'fields'
  union all
  select l.property, '"*" must stand alone' from list l where l.value @> '["*"]' and l.value <> '["*"]'
  union all
  select i.property, case i.key
      when 'fields' then 'must be a column name (its type is a matter of claims), found '
      when 'channels' then 'must be the name of a channel, found '
      else 'must be one of INSERT, UPDATE, DELETE, TRUNCATE, found ' end || pg_catalog.left(i.value::text, 140)
  from item i where i.name is null or i.name <> all (i.allowed)
  union all
  select i.property, 'has a name of ' || case i.name when '' then 'no bytes' else 'over 63 bytes: ' || pg_catalog.left(i.name, 140) end
  from item i where i.key = 'fields' and (i.name = '' or pg_catalog.octet_length(i.name) > 63)
  union all
  select i.property, 'names "' || pg_catalog.left(i.name, 80) || '" again'
  from (
    select x.property, x.name, x.ordinality > pg_catalog.min(x.ordinality) over (partition by x.list_property, x.name) as again
    from item x where x.name is not null
  ) i where i.again
  union all
  select i.property, 'names the channel "' || pg_catalog.left(i.name, 80) || '", which is not in channels'
    || coalesce('; did you mean ' || integratedb.nearest(i.name, array(select pg_catalog.jsonb_object_keys($1 -> 'channels'))) || '?', '')
  from item i
  where i.key = 'channels' and i.name <> '*' and pg_catalog.jsonb_typeof($1 -> 'channels') = 'object' and not $1 -> 'channels' ? i.name
  union all
  select a.property, 'must be an object of columns and what they are compared with, found ' || pg_catalog.jsonb_typeof(a.value)
  from alternative a where pg_catalog.jsonb_typeof(a.value) <> 'object'
  union all
  select a.property, 'must test at least one column' from alternative a where a.value = '{}'
  union all
  select m.property || '.where', 'must have at least one alternative' from match m where m.body -> 'where' = '[]'
  union all
  select t.property, 'has a name of ' || case t.name when '' then 'no bytes' else 'over 63 bytes: ' || pg_catalog.left(t.name, 140) end
  from test t where t.name = '' or pg_catalog.octet_length(t.name) > 63
  union all
  select t.property, 'must be a value, null, or an object of eq, ne, lt, lte, gt, gte, in and is_null, found an array; mean {"in": […]}?'
  from test t where pg_catalog.jsonb_typeof(t.value) = 'array'
  union all
  select t.property, 'must compare with something' from test t where t.value = '{}'
  union all
  select o.property, 'is no comparison; allowed here: eq, ne, lt, lte, gt, gte, in, is_null'
  from operation o where o.key not in ('eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'is_null')
  union all
  select o.property, 'must be a string, a number or a boolean, found ' || pg_catalog.jsonb_typeof(o.value)
    || case when o.value = 'null' then '; use is_null' else '' end
  from operation o where o.key in ('eq', 'ne', 'lt', 'lte', 'gt', 'gte') and pg_catalog.jsonb_typeof(o.value) not in ('string', 'number', 'boolean')
  union all
  select o.property, 'must be true or false, found ' || pg_catalog.jsonb_typeof(o.value)
  from operation o where o.key = 'is_null' and pg_catalog.jsonb_typeof(o.value) <> 'boolean'
  union all
  select o.property, 'must be an array of 1 to 1000 strings, numbers or booleans'
  from operation o
  where o.key = 'in' and case when pg_catalog.jsonb_typeof(o.value) <> 'array' then true else
    pg_catalog.jsonb_array_length(o.value) not between 1 and 1000
    or pg_catalog.jsonb_path_exists(o.value, '$[*] ? (@.type() != "string" && @.type() != "number" && @.type() != "boolean")') end
$$;
