-- The period that a text such as `30d` names; null for any other text.
create or replace function integratedb.period(text)
returns interval
language sql immutable
as $$
  select case when $1 ~ '^[0-9]{1,5}[smhdw]$' then
    (pg_catalog."left"($1, -1) || case pg_catalog."right"($1, 1)
      when 's' then ' seconds' when 'm' then ' minutes' when 'h' then ' hours' when 'd' then ' days' else ' weeks' end)::interval end
$$;
