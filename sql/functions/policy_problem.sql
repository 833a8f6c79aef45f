-- What is wrong with the form of a policy, null if nothing.
create or replace function integratedb.policy_problem(policy jsonb)
returns text
language sql immutable
as $$
  select case
    when pg_catalog.jsonb_typeof($1) is distinct from 'object' then 'the policy must be an object'
    when exists (select from pg_catalog.jsonb_object_keys($1) k where k not in ('rules', 'sensitive'))
      then 'the policy has an unknown key; allowed: rules, sensitive'
    when coalesce(pg_catalog.jsonb_typeof($1 -> 'rules'), 'array') <> 'array' then 'rules must be an array'
    when coalesce(pg_catalog.jsonb_typeof($1 -> 'sensitive'), 'array') <> 'array' then 'sensitive must be an array'
    else coalesce((
      select 'rules[' || (r.ordinality - 1) || '] ' || p.text
      from pg_catalog.jsonb_array_elements(coalesce($1 -> 'rules', '[]')) with ordinality r
      cross join lateral (select case
        when pg_catalog.jsonb_typeof(r.value) <> 'object' then 'must be an object'
        when exists (select from pg_catalog.jsonb_object_keys(r.value) k where k not in ('effect', 'stakeholder', 'path', 'columns'))
          then 'has an unknown key; allowed: effect, stakeholder, path, columns'
        when coalesce(r.value ->> 'effect' not in ('allow', 'deny'), true) then 'needs effect allow or deny'
        when pg_catalog.jsonb_typeof(r.value -> 'stakeholder') <> 'string' then 'needs a string as stakeholder'
        when pg_catalog.jsonb_typeof(r.value -> 'path') <> 'string' or r.value ->> 'path' <> '*' and r.value ->> 'path' !~ '[.]'
          then 'needs a glob schema.table as path'
        when coalesce(pg_catalog.jsonb_typeof(r.value -> 'columns') <> 'array', false) or r.value -> 'columns' = '[]'
          then 'needs an array of strings as columns'
        when pg_catalog.jsonb_path_exists(r.value, '$.columns[*] ? (@.type() <> "string")') then 'needs an array of strings as columns'
      end as text) p
      where p.text is not null
      limit 1
    ), (
      select 'sensitive[' || (s.ordinality - 1) || '] must be a string schema.table.column (globs allowed)'
      from pg_catalog.jsonb_array_elements(coalesce($1 -> 'sensitive', '[]')) with ordinality s
      where pg_catalog.jsonb_typeof(s.value) <> 'string' or s.value #>> '{}' !~ '^([*]|.+[.].+)[.][^.]+$'
      limit 1
    ))
  end
$$;
