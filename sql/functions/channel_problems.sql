-- What is wrong with the channels of a spec, by integratedb.channel_options(). No rows: nothing. property is the place in
-- the spec, as channels.hook.url.
create or replace function integratedb.channel_problems(channels jsonb)
returns table (property text, code text, problem text)
language sql stable
as $$
  with channel as (
    select c.key as name, 'channels.' || integratedb.path_text(pg_catalog.left(c.key, 140)) as property, c.value,
      case when pg_catalog.jsonb_typeof(c.value) = 'object' then c.value else '{}' end as body
    from pg_catalog.jsonb_each(case when pg_catalog.jsonb_typeof($1) = 'object' then $1 else '{}' end) c
  ),
  option as materialized (
    select * from integratedb.channel_options()
  ),
  typed as (
    select c.* from channel c where c.body ->> 'type' in (select o.type from option o)
  ),
  given as (
    select c.property || '.' || g.key as property, c.body ->> 'type' as type, o.option, o.kind, g.value, pg_catalog.jsonb_typeof(g.value) as found,
      g.value #>> '{}' as text
    from typed c
    cross join lateral pg_catalog.jsonb_each(c.body - 'type') g
    join option o on o.type = c.body ->> 'type' and o.option = g.key
    where g.value <> 'null'
  ),
  secret as (
    select g.property, g.value from given g where g.kind in ('secret', 'secrets') and not (g.kind = 'secrets' and g.found = 'array')
    union all
    select g.property || '[' || (s.ordinality - 1) || ']', s.value
    from given g
    cross join lateral pg_catalog.jsonb_array_elements(case when g.found = 'array' then g.value else '[]' end) with ordinality s
    where g.kind = 'secrets'
  ),
  sealed as (
    select s.property,
      pg_catalog.jsonb_typeof(s.value) = 'object' and s.value - 'sealed' = '{}'
        and coalesce(s.value ->> 'sealed' ~ '^A[Q-Za-f][A-Za-z0-9_-]{80,}$', false) as is_sealed
    from secret s
  )
  select c.property, 'IDB2107', 'has a name of ' || case c.name when '' then 'no characters' else 'over 128 characters' end
  from channel c where pg_catalog.length(c.name) not between 1 and 128
  union all
  select c.property, 'IDB2107', 'must be an object with "type", found ' || pg_catalog.jsonb_typeof(c.value)
  from channel c where pg_catalog.jsonb_typeof(c.value) <> 'object'
  union all
  select c.property || '.type', 'IDB2107', case when pg_catalog.jsonb_typeof(c.body -> 'type') is distinct from 'string' then 'must be a string, one of '
      else '"' || pg_catalog.left(c.body ->> 'type', 80) || '" is no type of channel; there are ' end
    || (select pg_catalog.string_agg(distinct o.type, ', ') from option o)
  from channel c
  where pg_catalog.jsonb_typeof(c.value) = 'object' and coalesce(c.body ->> 'type' not in (select o.type from option o), true)
  union all
  select c.property, 'IDB2107', pg_catalog.format('has the unknown option "%s"; a %s has %s', pg_catalog.left(k.name, 80), c.body ->> 'type',
    (select pg_catalog.string_agg(o.option, ', ' order by o.option) from option o where o.type = c.body ->> 'type'))
  from typed c cross join lateral pg_catalog.jsonb_object_keys(c.body - 'type') k(name)
  where not exists (select from option o where o.type = c.body ->> 'type' and o.option = k.name)
  union all
  select c.property || '.' || o.option, 'IDB2107', pg_catalog.format('is missing; a %s needs it', o.type)
  from typed c
  join option o on o.type = c.body ->> 'type' and o.required
  where coalesce(c.body -> o.option, 'null') = 'null'
  union all
  select g.property, 'IDB2107', 'must be a whole number from 1 to 2147483647, found ' || pg_catalog.left(g.text, 80)
  from given g
  where g.kind = 'integer' and case when g.found = 'number' then g.text::numeric % 1 <> 0 or g.text::numeric not between 1 and 2147483647 else true end
  union all
  select g.property, 'IDB2107', 'must be true or false, found ' || g.found from given g where g.kind = 'boolean' and g.found <> 'boolean'
  union all
  select g.property, 'IDB2107', 'must be a string of 1 to 1024 characters, found ' || g.found
  from given g where g.kind = 'text' and (g.found <> 'string' or pg_catalog.length(g.text) not between 1 and 1024 or g.text ~ '[[:cntrl:]]')
  union all
  select g.property, 'IDB2107', 'must be one of ' || pg_catalog.replace(pg_catalog.substr(g.kind, 8), '|', ', ')
  from given g
  where g.kind like 'choice:%' and (g.found <> 'string' or g.text <> all (pg_catalog.string_to_array(pg_catalog.substr(g.kind, 8), '|')))
  union all
  select g.property, 'IDB2107', 'must be a URL that starts with ' || scheme.list
  from given g
  cross join lateral (select case g.type when 'redis' then 'redis://, rediss://' when 'nats' then 'nats://, tls://'
    when 'rabbitmq' then 'amqp://, amqps://' else 'http://, https://' end as list) scheme
  where g.kind = 'url' and (g.found <> 'string' or pg_catalog.length(g.text) > 2048
    or g.text !~* ('^(' || pg_catalog.replace(scheme.list, ', ', '|') || ')[^/?#\s[:cntrl:]][^\s[:cntrl:]]*$'))
  union all
  select g.property, 'IDB2107', 'holds a user or a password, which would be stored in the clear; give it by an option of its own'
  from given g where g.kind = 'url' and g.found = 'string' and g.text ~ '^[^:]*://[^/?#]*@'
  union all
  select g.property, 'IDB2107', 'must have at least one secret' from given g where g.kind = 'secrets' and g.value = '[]'
  union all
  select s.property, 'IDB2107', 'must be sealed to the relay''s key, as {"sealed": "…"}; a secret is never stored in the clear'
  from sealed s where not s.is_sealed
  union all
  select s.property, 'IDB2110', 'is a secret, and no relay has a key yet to which it could be sealed'
  from sealed s where s.is_sealed and integratedb.relay_key() is null
$$;
