-- After a change of the registry or the schema: looks at the given notifications again, and makes the routes follow, and
-- with them the publications, in this transaction. The revision of the routes is bumped only if one of them changed.
-- mode: 'refuse' raises an error if something cannot be delivered, and 'put' as well, having made sure that no open
-- transaction has written to a table of which more is published now; 'resnapshot' leaves out what cannot be delivered.
-- relids, names: tables that changed. max_reported bounds the lines of an error; null for 50. Errors: IDB2112, IDB3008, 40001.
create or replace function integratedb.sync_notifications(
  notification_ids integer[], mode text, schema_names name[] default '{}', table_names name[] default '{}', max_reported integer default null
)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  judged jsonb;
  unmet integer[];
  next_revision bigint := (select r.revision + 1 from integratedb.routing r);
  touched record;
begin
  if notification_ids <> '{}' then
    select jsonb_agg(to_jsonb(w) - 'ordinal' || jsonb_build_object('id', n.ids[w.ordinal])) into judged
    from (
      select array_agg(k.id order by k.id) as ids, array_agg(s.name order by k.id) as stakeholders, array_agg(k.spec order by k.id) as specs
      from integratedb.notification k
      join integratedb.stakeholder s on s.id = k.stakeholder_id
      where k.id = any (notification_ids)
    ) n
    cross join lateral integratedb.notification_rows(n.stakeholders, n.specs) w;
    if mode <> 'resnapshot' then
      perform integratedb.refuse_if_undelivered(judged, max_reported);
    end if;
    unmet := array(select distinct (j -> 'id')::integer from jsonb_array_elements(judged) j where j -> 'problems' <> '[]');
    update integratedb.notification n set is_met = not n.is_met
    where n.id = any (notification_ids) and n.is_met = (n.id = any (unmet));
  end if;

  with current as materialized (
    select r.* from integratedb.route r
    where r.valid_to is null
      and (r.notification_id = any (notification_ids) or not exists (select from integratedb.notification n where n.id = r.notification_id))
  ),
  wanted as materialized (
    select c.id as channel_id, n.id as notification_id, s.name as stakeholder, n.name as notification, c.name as channel, c.type, c.config,
      j.match, j.schema_name, j.table_name, j.events, j.columns, j.condition
    from jsonb_to_recordset(coalesce(judged, '[]')) j(
      id integer, match integer, schema_name name, table_name name, events text[], columns name[], condition jsonb, channels text[], is_delivered boolean)
    join integratedb.notification n on n.id = j.id
    join integratedb.stakeholder s on s.id = n.stakeholder_id
    cross join lateral unnest(j.channels) x(name)
    join integratedb.channel c on c.notification_id = n.id and c.name = x.name
    where j.is_delivered
  ),
  kept as materialized (
    select c.id, w.channel_id, w.match, w.schema_name, w.table_name
    from current c
    join wanted w on w.channel_id = c.channel_id and w.match = c.match and w.schema_name = c.schema_name and w.table_name = c.table_name
      and w.stakeholder = c.stakeholder and w.notification = c.notification and w.channel = c.channel and w.type = c.type
      and w.config = c.config and w.events = c.events and w.columns = c.columns and w.condition is not distinct from c.condition
  ),
  closed as (
    update integratedb.route r set valid_to = next_revision
    from current c
    where r.id = c.id and not exists (select from kept k where k.id = c.id)
    returning r.schema_name, r.table_name
  ),
  opened as (
    insert into integratedb.route (channel_id, notification_id, stakeholder, notification, channel, type, config, match, schema_name, table_name,
      events, columns, condition, valid_from)
    select w.*, next_revision
    from wanted w
    where not exists (
      select from kept k
      where k.channel_id = w.channel_id and k.match = w.match and k.schema_name = w.schema_name and k.table_name = w.table_name)
    returning schema_name, table_name
  )
  select array_agg(x.schema_name) as schemas, array_agg(x.table_name) as tables, coalesce(bool_or(x.is_new), false) as has_changes into touched
  from (
    select c.schema_name, c.table_name, true as is_new from closed c
    union
    select o.schema_name, o.table_name, true from opened o
    union
    select u.schema_name, u.table_name, false from unnest(schema_names, table_names) u(schema_name, table_name)
  ) x;

  update integratedb.channel c
  set retired = true, retired_at = coalesce((select max(r.valid_to) from integratedb.route r where r.channel_id = c.id), 0)
  where c.notification_id is null and c.retired_at is null;
  if touched.has_changes then
    update integratedb.routing set revision = next_revision;
  end if;
  if touched.tables is not null then
    perform integratedb.remember_notified(touched.schemas, touched.tables);
    perform integratedb.reconcile_publications(touched.schemas, touched.tables, mode = 'put');
  end if;
  perform integratedb.prune_routes();
end
$$;
