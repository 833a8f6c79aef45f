-- Raises an error that tells what of notifications cannot be delivered any more, if anything.
-- judged: rows of integratedb.notification_rows(), with the id of the notification. Errors: IDB2112.
create or replace function integratedb.refuse_if_undelivered(judged jsonb, max_reported integer default null)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  lines integer := greatest(coalesce(max_reported, 50), 1);
  told record;
begin
  select string_agg(m.message, E'\n' order by m.line) filter (where m.line <= lines) as text, count(*) as total, min(m.mend) as mend into told
  from (
    select row_number() over (order by s.name, n.name, p.value ->> 'property') as line, case p.value ->> 'problem' when 'replica identity' then p.value ->> 'expected' end as mend,
      integratedb.undelivered_text(s.name, n.name, p.value) as message
    from jsonb_array_elements(judged) j
    cross join lateral jsonb_array_elements(j -> 'problems') p
    join integratedb.notification n on n.id = (j -> 'id')::integer
    join integratedb.stakeholder s on s.id = n.stakeholder_id
  ) m;
  if told.total > 0 then
    raise exception using errcode = 'P0001',
      message = told.text || case when told.total > lines then format(E'\n… and %s more', told.total - lines) else '' end,
      detail = 'IDB2112',
      hint = coalesce(told.mend || ' Or have', 'Keep it, or have')
        || ' the stakeholder change its notification first. SELECT * FROM integratedb_unmet_claims() lists everything.';
  end if;
end
$$;
