-- A row condition as an expression of SQL for the filter of a publication; of columns of built-in types only.
create or replace function integratedb.condition_text(relid oid, condition jsonb)
returns text
language sql stable
as $$
  select pg_catalog.string_agg(a.text, ' or ' order by a.text)
  from (
    select '(' || pg_catalog.string_agg(
      pg_catalog.quote_ident(t.value ->> 'column') || case t.value ->> 'op'
        when 'is_null' then ' is null'
        when 'not_null' then ' is not null'
        when 'in' then pg_catalog.format(' = any (array[%s]::%s[])',
          (select pg_catalog.string_agg(pg_catalog.quote_literal(v), ', ') from pg_catalog.jsonb_array_elements_text(t.value -> 'values') v), c.type)
        else pg_catalog.format(' %s %L::%s', case t.value ->> 'op' when 'eq' then '=' when 'ne' then '<>' when 'lt' then '<'
          when 'lte' then '<=' when 'gt' then '>' else '>=' end, t.value -> 'values' ->> 0, c.type)
      end, ' and ' order by t.ordinality) || ')' as text
    from pg_catalog.jsonb_array_elements($2) with ordinality x
    cross join lateral pg_catalog.jsonb_array_elements(x.value) with ordinality t
    cross join lateral (
      select pg_catalog.format_type(a.atttypid, -1) as type
      from pg_catalog.pg_attribute a where a.attrelid = $1 and a.attname = t.value ->> 'column'
    ) c
    group by x.ordinality
  ) a
$$;
