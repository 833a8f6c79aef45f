-- integratedb.preview_notification(), for callers who have been let in.
create or replace function integratedb.judge_notification(stakeholder text, spec jsonb, planned jsonb default null)
returns jsonb
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
  known jsonb := '{}';
  problems jsonb;
begin
  if octet_length(spec::text) > 1048576 then
    return jsonb_build_object('columns', known, 'problems', jsonb_build_array(jsonb_build_object(
      'property', 'the spec', 'code', 'IDB2004',
      'message', format('the spec has %s bytes, at most 1048576 are taken; name whole tables with ["*"] or split it', octet_length(spec::text)))));
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('property', p.property, 'code', p.code, 'message', p.property || ' ' || p.problem)
    order by p.place, p.property), '[]')
  into problems
  from (
    select 0 as place, f.property, 'IDB2101' as code, f.problem from integratedb.notification_form_problems(spec) f
    union all
    select 1, c.property, c.code, c.problem
    from integratedb.channel_problems(case when jsonb_typeof(spec) = 'object' then spec -> 'channels' end) c
  ) p;
  if jsonb_path_exists(problems, '$[*] ? (@.code == "IDB2101")') then
    return jsonb_build_object('columns', known, 'problems', problems);
  end if;

  with judged as materialized (
    select * from integratedb.notification_rows(array[stakeholder], array[spec],
      case when jsonb_typeof(planned) = 'object' and not jsonb_path_exists(planned, 'strict $.* ? (@.type() != "array")') then planned end)
  ),
  carried as (
    select integratedb.path_text(j.schema_name) || '.' || integratedb.path_text(j.table_name) || coalesce('.' || integratedb.path_text(c.name), '') as key,
      c.name, j.relid, array_agg(distinct e.name) as events
    from judged j
    left join lateral unnest(j.columns) c(name) on true
    cross join lateral unnest(j.events) e(name)
    where j.is_delivered
    group by 1, 2, 3
  ),
  shape as materialized (
    select x.relid, a.* from (select distinct relid from judged where relid is not null) x cross join lateral integratedb.columns_of(x.relid) a
  )
  select
    coalesce((
      select jsonb_object_agg(c.key, jsonb_build_object('events', (
          select jsonb_agg(o.name order by o.number) from unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) with ordinality o(name, number)
          where o.name = any (c.events)))
        || case when s.name is null then '{}' else jsonb_build_object(
          'type', integratedb.shape_text(s.type, s.length, s.digits, s.scale), 'nullable', not s.not_null) end)
      from carried c left join shape s on s.relid = c.relid and s.name = c.name), '{}'),
    coalesce((
      select jsonb_agg(p.value order by j.match, j.table_name, p.ordinality)
      from judged j cross join lateral jsonb_array_elements(j.problems) with ordinality p), '[]') || problems
  into known, problems;
  return jsonb_build_object('columns', known, 'problems', problems);
end
$$;
