-- What of the notifications cannot be delivered at this moment, one row for each problem.
create or replace function integratedb.undelivered()
returns table (stakeholder text, notification text, path text, field text, problem text, expected text, actual text, message text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select n.stakeholders[w.ordinal], n.names[w.ordinal], p.value ->> 'path', p.value ->> 'field', p.value ->> 'problem',
    p.value ->> 'expected', p.value ->> 'actual', integratedb.undelivered_text(n.stakeholders[w.ordinal], n.names[w.ordinal], p.value)
  from (
    select array_agg(s.name order by k.id) as stakeholders, array_agg(k.name order by k.id) as names, array_agg(k.spec order by k.id) as specs
    from integratedb.notification k
    join integratedb.stakeholder s on s.id = k.stakeholder_id
    having count(*) > 0
  ) n
  cross join lateral integratedb.notification_rows(n.stakeholders, n.specs) w
  cross join lateral jsonb_array_elements(w.problems) p
  order by 1, 2, 3, 4;
end
$$;
