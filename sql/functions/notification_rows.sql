-- What notifications come to in this database: one row for each match and table, with what of it can be delivered, and
-- every reason why the rest cannot. The one judge of notifications: putting, previewing and validating go by it.
-- stakeholders, specs: the notifications, well formed, side by side; ordinal numbers them from 1.
-- planned: as for integratedb.preview_notification().
-- problems: [{"property", "code", "message", "path", "field", "problem", "expected", "actual", "near"}]; is_delivered: false
-- where nothing is left to deliver. columns and events are those that can be. condition: as integratedb.routes() has it.
create or replace function integratedb.notification_rows(stakeholders text[], specs jsonb[], planned jsonb default null)
returns table (
  ordinal integer, match integer, relid oid, schema_name name, table_name name, events text[], columns name[],
  condition jsonb, channels text[], is_delivered boolean, problems jsonb
)
language sql stable
as $$
  with source as materialized (
    select o.ordinal, pg_catalog.lower($1[o.ordinal]) as stakeholder, s.id as stakeholder_id, r.oid as role_id, $2[o.ordinal] as spec
    from pg_catalog.generate_subscripts($1, 1) o(ordinal)
    left join integratedb.stakeholder s on s.name = pg_catalog.lower($1[o.ordinal])
    left join pg_catalog.pg_roles r on r.rolname = s.role_name
  ),
  parsed as materialized (
    select s.ordinal, s.stakeholder, s.stakeholder_id, s.role_id, p.*,
      integratedb.path_text(p.schema_name) || '.' || coalesce(integratedb.path_text(p.table_name), '*') as path
    from source s cross join lateral integratedb.parse_notification(s.spec) p
  ),
  claimed_in_schema as materialized (
    select distinct p.ordinal, p.match, t.table_name
    from parsed p
    cross join lateral (
      select k.id from integratedb.claim k
      where k.stakeholder_id = p.stakeholder_id and not coalesce($3 ? k.name, false)
      offset 0) k
    join integratedb.claimed_table t on t.claim_id = k.id and t.schema_name = p.schema_name
    where p.table_name is null
    union
    select p.ordinal, p.match, r.table_name
    from parsed p
    cross join lateral integratedb.relations_in(p.schema_name) r
    join (
      select distinct (pg_catalog.regexp_match(c.column_key, '^((?:"(?:[^"]|"")+"|[^".]+)[.](?:"(?:[^"]|"")+"|[^".]+))'))[1] as table_key
      from pg_catalog.jsonb_each(coalesce($3, '{}')) l
      cross join lateral pg_catalog.jsonb_array_elements_text(l.value) c(column_key)
    ) c on c.table_key = integratedb.path_text(p.schema_name) || '.' || integratedb.path_text(r.table_name)
    where p.table_name is null and $3 is not null
  ),
  target as materialized (
    select p.ordinal, p.stakeholder, p.stakeholder_id, p.role_id, p.match, p.schema_name, p.table_name, p.events, p.all_columns, p.fields, p.channels,
      p.alternatives, p.path, false as is_wildcard, r.relid
    from parsed p
    left join lateral integratedb.relation_named(p.schema_name, p.table_name) r on true
    where p.table_name is not null
    union all
    -- Of a whole schema, what has no changes of its own to tell is left out.
    select p.ordinal, p.stakeholder, p.stakeholder_id, p.role_id, p.match, p.schema_name, k.table_name, p.events, p.all_columns, p.fields, p.channels,
      p.alternatives, integratedb.path_text(p.schema_name) || '.' || integratedb.path_text(k.table_name), true, c.oid
    from parsed p
    join claimed_in_schema k on k.ordinal = p.ordinal and k.match = p.match
    join pg_catalog.pg_namespace n on n.nspname = p.schema_name
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = k.table_name
      and c.relkind in ('r', 'p') and c.relpersistence = 'p' and not c.relispartition
    where p.table_name is null
  ),
  relation as materialized (
    select d.relid, c.relkind, c.relpersistence, c.relispartition, c.relrowsecurity, c.relforcerowsecurity, c.relowner,
      i.is_usable, i.is_full, i.tested, i.reason, i.mend,
      (select h.inhrelid::pg_catalog.regclass::text from pg_catalog.pg_inherits h where h.inhparent = d.relid and c.relkind <> 'p' order by 1 limit 1) as child,
      (select pg_catalog.format('%I.%I', n.nspname, a.relname)
        from pg_catalog.pg_partition_root(d.relid) x(root) join pg_catalog.pg_class a on a.oid = x.root
        join pg_catalog.pg_namespace n on n.oid = a.relnamespace where c.relispartition) as root,
      (select x.relid::pg_catalog.regclass::text
        from pg_catalog.pg_partition_tree(d.relid) x join pg_catalog.pg_class l on l.oid = x.relid
        where c.relkind = 'p' and x.isleaf and (l.relkind = 'f' or l.relpersistence <> 'p') and l.oid <> d.relid order by 1 limit 1) as odd_partition
    from (select distinct t.relid from target t where t.relid is not null) d
    join pg_catalog.pg_class c on c.oid = d.relid
    cross join lateral integratedb.replica_identity(d.relid) i
  ),
  shape as materialized (
    select r.relid, a.attname::text as name, a.attnum as number, a.attgenerated as generated, a.atttypid as type_id,
      t.type_id as base_id, t.modifier, t.compare, t.is_ordered, pg_catalog.format_type(a.atttypid, a.atttypmod) as type_text
    from relation r
    join pg_catalog.pg_attribute a on a.attrelid = r.relid and a.attnum > 0 and not a.attisdropped
    cross join lateral integratedb.condition_type(a.atttypid, a.atttypmod, a.attcollation) t
  ),
  claimed as materialized (
    -- null: the table itself.
    select distinct g.ordinal, g.relid, x.name::text as name
    from (select distinct t.ordinal, t.stakeholder_id, t.schema_name, t.table_name, t.relid from target t where t.relid is not null) g
    cross join lateral (
      select k.id from integratedb.claim k
      where k.stakeholder_id = g.stakeholder_id and not coalesce($3 ? k.name, false)
      offset 0) k
    cross join lateral (
      select t.id from integratedb.claimed_table t
      where t.claim_id = k.id and t.table_name = g.table_name and t.schema_name = g.schema_name
      offset 0) t
    cross join lateral (
      select null::name as name
      union all
      select c.name from integratedb.claimed_column c where c.table_id = t.id
    ) x
    union
    select g.ordinal, g.relid, x.name::text
    from (select distinct t.ordinal, t.relid, integratedb.path_text(t.schema_name) || '.' || integratedb.path_text(t.table_name) as path
      from target t where t.relid is not null) g
    cross join lateral (
      select null::name as name, g.path as key
      union all
      select s.name, g.path || '.' || integratedb.path_text(s.name) from shape s where s.relid = g.relid
    ) x
    where $3 is not null and exists (
      select from pg_catalog.jsonb_each($3) l
      where l.value ? x.key or x.name is null and exists (
        select from pg_catalog.jsonb_array_elements_text(l.value) c(key) where pg_catalog.starts_with(c.key, g.path || '.')))
  ),
  claimed_table as materialized (
    select k.ordinal, k.relid from claimed k where k.name is null
  ),
  field as materialized (
    select t.ordinal, t.match, t.relid, t.path, t.name, t.field, s.number,
      case
        when s.name is null then 'missing column'
        when k.name is null then 'not claimed'
        when not integratedb.is_published(s.generated) then 'generated column'
      end as problem
    from (
      select t.ordinal, t.match, t.relid, t.path, f.name, (f.ordinality - 1)::integer as field
      from target t cross join lateral pg_catalog.unnest(t.fields) with ordinality f(name, ordinality)
      where t.relid is not null
    ) t
    left join shape s on s.relid = t.relid and s.name = t.name
    left join claimed k on k.ordinal = t.ordinal and k.relid = t.relid and k.name = t.name
    union all
    select t.ordinal, t.match, t.relid, t.path, s.name, null, s.number, null
    from target t
    join shape s on s.relid = t.relid and integratedb.is_published(s.generated)
    join claimed k on k.ordinal = t.ordinal and k.relid = t.relid and k.name = s.name
    where t.all_columns
  ),
  test as materialized (
    select t.ordinal, t.match, t.relid, t.path, t.events, (a.ordinality - 1)::integer as alternative, w.key as name, o.op,
      'match[' || t.match || '].where'
        || case when p.has_one_alternative then '' else '[' || (a.ordinality - 1) || ']' end
        || '.' || integratedb.path_text(w.key) as column_property,
      o.suffix, o.operand
    from target t
    join parsed p on p.ordinal = t.ordinal and p.match = t.match
    cross join lateral pg_catalog.jsonb_array_elements(t.alternatives) with ordinality a
    cross join lateral pg_catalog.jsonb_each(a.value) w
    cross join lateral (
      select case when w.value = 'null' then 'is_null' else 'eq' end as op, '' as suffix,
        case when w.value = 'null' then '[]' else pg_catalog.jsonb_build_array(w.value) end as operand
      where pg_catalog.jsonb_typeof(w.value) <> 'object'
      union all
      select case e.key when 'is_null' then case e.value when 'true' then 'is_null' else 'not_null' end else e.key end, '.' || e.key,
        case e.key when 'is_null' then '[]' when 'in' then e.value else pg_catalog.jsonb_build_array(e.value) end
      from pg_catalog.jsonb_each(case when pg_catalog.jsonb_typeof(w.value) = 'object' then w.value else '{}' end) e
    ) o
    where t.relid is not null
  ),
  tested as materialized (
    select t.*, s.base_id, s.modifier, s.compare, s.type_text,
      case
        when s.name is null then 'missing column'
        when k.name is null then 'not claimed'
        when not integratedb.is_published(s.generated) then 'generated column'
        when t.op in ('is_null', 'not_null') then null
        when s.compare is null then 'no comparison'
        when t.op in ('lt', 'lte', 'gt', 'gte') and not s.is_ordered then 'no order'
      end as problem
    from test t
    left join shape s on s.relid = t.relid and s.name = t.name
    left join claimed k on k.ordinal = t.ordinal and k.relid = t.relid and k.name = t.name
  ),
  value as materialized (
    select d.text as given, d.base_id, d.modifier, v.text, v.problem
    from (
      select distinct v.text, t.base_id, t.modifier
      from tested t cross join lateral pg_catalog.jsonb_array_elements_text(t.operand) v(text)
      where t.problem is null
    ) d
    cross join lateral integratedb.condition_value(d.text, d.base_id, d.modifier) v
  ),
  operand as materialized (
    select t.ordinal, t.match, t.relid, t.path, t.alternative, t.name, t.op, t.compare, t.column_property, t.suffix, t.type_text,
      o.ordinality, o.text as given, v.text, v.problem
    from tested t
    left join lateral pg_catalog.jsonb_array_elements_text(t.operand) with ordinality o(text, ordinality) on true
    left join value v on v.given = o.text and v.base_id = t.base_id and v.modifier = t.modifier
    where t.problem is null
  ),
  condition as (
    select a.ordinal, a.match, a.relid, pg_catalog.jsonb_agg(a.tests order by a.alternative) as condition
    from (
      select x.ordinal, x.match, x.relid, x.alternative, pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
        'column', x.name, 'op', x.op, 'compare', x.compare, 'values', x.values) order by x.name, x.op) as tests
      from (
        select o.ordinal, o.match, o.relid, o.alternative, o.name, o.op, coalesce(o.compare, 'text') as compare,
          coalesce(pg_catalog.jsonb_agg(distinct o.text) filter (where o.text is not null), '[]') as values
        from operand o
        group by o.ordinal, o.match, o.relid, o.alternative, o.name, o.op, o.compare
      ) x
      group by x.ordinal, x.match, x.relid, x.alternative
    ) a
    group by a.ordinal, a.match, a.relid
  ),
  twice as (
    select t.ordinal, t.match, t.relid, pg_catalog.min(o.match) as first
    from target t
    join target o on o.ordinal = t.ordinal and o.relid = t.relid and o.match < t.match and o.channels && t.channels
    -- With a condition an update can be told as an insert or a delete, of the same number as for the other match.
    cross join lateral (
      select array['INSERT', 'UPDATE', 'DELETE'] as rows_change
      where exists (select from condition c where c.ordinal = t.ordinal and c.relid = t.relid and c.match in (t.match, o.match))
      union all
      select '{}' where not exists (select from condition c where c.ordinal = t.ordinal and c.relid = t.relid and c.match in (t.match, o.match))
    ) x
    where o.events && t.events or x.rows_change && o.events and x.rows_change && t.events
    group by t.ordinal, t.match, t.relid
  ),
  problem as materialized (
    -- The table.
    select t.ordinal, t.match, t.relid, 0 as rank, 0 as number, 'match[' || t.match || '].path' as property, t.path, null::text as field,
      x.code, x.problem, x.message, null::text as expected, null::text as actual, x.near, true as is_fatal
    from target t
    left join relation r on r.relid = t.relid
    left join claimed_table k on k.ordinal = t.ordinal and k.relid = t.relid
    left join twice w on w.ordinal = t.ordinal and w.match = t.match and w.relid = t.relid
    cross join lateral (
      select 'IDB2103' as code, 'missing table' as problem, 'there is no table ' || t.path as message,
        integratedb.nearest(t.path, array(select integratedb.path_text(c.schema_name) || '.' || integratedb.path_text(c.table_name) from integratedb.relation() c)) as near
      where t.relid is null
      union all
      select 'IDB2102', 'not claimed', pg_catalog.format('%s claims nothing of %s', t.stakeholder, t.path), null
      where t.relid is not null and k.relid is null
      union all
      select 'IDB2103', 'kind of table', pg_catalog.format('%s is %s, and Postgres publishes no changes of it', t.path,
        case r.relkind when 'v' then 'a view' when 'm' then 'a materialized view' when 'f' then 'a foreign table' else 'an unlogged table' end), null
      where r.relkind in ('v', 'm', 'f') or r.relpersistence = 'u'
      union all
      select 'IDB2103', 'kind of table', pg_catalog.format('%s is a partition: its changes are told as those of %s', t.path, r.root), r.root
      where r.relispartition
      union all
      select 'IDB2103', 'kind of table', pg_catalog.format('%s has the child table %s, whose changes would not be told', t.path, r.child), null
      where r.child is not null
      union all
      select 'IDB2103', 'kind of table', pg_catalog.format('%s has the partition %s, a foreign or unlogged table, whose changes Postgres does not publish', t.path, r.odd_partition), null
      where r.odd_partition is not null
      union all
      select 'IDB2105', 'row security', pg_catalog.format(
        'row level security on %s does not let %s read every row, and events do not pass through it; expected: create policy … on %s for select to %s using (true)',
        t.path, t.stakeholder, t.path, t.stakeholder), null
      where r.relrowsecurity and t.role_id is not null and (r.relowner <> t.role_id or r.relforcerowsecurity)
        and not integratedb.reads_all_rows(t.relid, t.role_id)
      union all
      select 'IDB2101', 'named twice', pg_catalog.format('%s is matched by match[%s] too, for the same event and channel', t.path, w.first), null
      where w.first is not null
    ) x
    union all
    -- What updates and deletes need.
    select t.ordinal, t.match, t.relid, 1, 0, 'match[' || t.match || '].events', t.path, null, 'IDB2104', 'replica identity',
      pg_catalog.format('%s of %s cannot be published, as it %s, and would fail for those who write: %s', case when not t.events @> '{UPDATE}' then 'DELETE' when not t.events @> '{DELETE}' then 'UPDATE' else 'UPDATE and DELETE' end,
        t.path, r.reason, r.mend),
      r.mend, r.reason, null, false
    from target t
    join relation r on r.relid = t.relid
    where t.events && '{UPDATE,DELETE}' and not r.is_usable and r.relkind in ('r', 'p') and r.relpersistence = 'p' and not r.relispartition
    union all
    select f.ordinal, f.match, f.relid, 2, f.field, 'match[' || f.match || '].fields[' || f.field || ']', f.path, f.name,
      case f.problem when 'not claimed' then 'IDB2102' else 'IDB2103' end, f.problem,
      case f.problem
        when 'missing column' then pg_catalog.format('%s has no column %s', f.path, f.name)
        when 'not claimed' then pg_catalog.format('%s does not claim %s.%s', s.stakeholder, f.path, f.name)
        else pg_catalog.format('%s.%s is a generated column, which the server does not publish', f.path, f.name) end,
      null, null,
      case f.problem when 'missing column' then integratedb.nearest(f.name, array(select h.name::text from shape h where h.relid = f.relid)) end, false
    from field f
    join source s on s.ordinal = f.ordinal
    left join claimed_table k on k.ordinal = f.ordinal and k.relid = f.relid
    -- That nothing of the table is claimed is said once.
    where f.problem is not null and not (f.problem = 'not claimed' and k.relid is null)
    union all
    select t.ordinal, t.match, t.relid, 3, t.alternative, t.column_property || case when t.problem in ('no order', 'no comparison') then t.suffix else '' end,
      t.path, t.name, case t.problem when 'not claimed' then 'IDB2102' when 'no order' then 'IDB2106' when 'no comparison' then 'IDB2106' else 'IDB2103' end, t.problem,
      case t.problem
        when 'missing column' then pg_catalog.format('%s has no column %s', t.path, t.name)
        when 'not claimed' then pg_catalog.format('%s does not claim %s.%s', s.stakeholder, t.path, t.name)
        when 'generated column' then pg_catalog.format('%s.%s is a generated column, which the server does not publish', t.path, t.name)
        when 'no order' then pg_catalog.format('%s.%s is %s; only integers, numeric, dates and timestamps have an order here', t.path, t.name, t.type_text)
        else pg_catalog.format('%s.%s is %s, whose values are not compared here; expected: text, a number without binary fractions, boolean, uuid, a date or time, an enum, a network address', t.path, t.name, t.type_text) end,
      null, case when t.problem in ('no order', 'no comparison') then t.type_text end,
      case t.problem when 'missing column' then integratedb.nearest(t.name, array(select h.name::text from shape h where h.relid = t.relid)) end, true
    from tested t
    join source s on s.ordinal = t.ordinal
    left join claimed_table k on k.ordinal = t.ordinal and k.relid = t.relid
    where t.problem is not null and not (t.problem = 'not claimed' and k.relid is null)
    union all
    select t.ordinal, t.match, t.relid, 4, t.alternative,
      t.column_property || t.suffix || case when t.op = 'in' then '[' || (t.ordinality - 1) || ']' else '' end,
      t.path, t.name, 'IDB2106', 'value', pg_catalog.format('%s.%s: %s %s', t.path, t.name, pg_catalog.quote_literal(pg_catalog.left(t.given, 80)), t.problem),
      t.type_text, pg_catalog.left(t.given, 80), null, true
    from operand t
    where t.problem is not null
    union all
    select t.ordinal, t.match, t.relid, 5, t.alternative, t.column_property, t.path, t.name, 'IDB2104', 'replica identity',
      pg_catalog.format('%s.%s is not part of the replica identity, so that its value before an UPDATE or DELETE is not known: %s', t.path, t.name,
        case r.relkind when 'p' then 'test columns of its primary key, or ask for INSERT and TRUNCATE only'
          else pg_catalog.format('ALTER TABLE %s REPLICA IDENTITY FULL;', t.relid::pg_catalog.regclass) end),
      case when r.relkind <> 'p' then pg_catalog.format('ALTER TABLE %s REPLICA IDENTITY FULL;', t.relid::pg_catalog.regclass) end, null, null, true
    from tested t
    join relation r on r.relid = t.relid
    where t.problem is null and t.events && '{UPDATE,DELETE}' and r.is_usable and not t.name::name = any (r.tested)
  ),
  problems as (
    select p.ordinal, p.match, p.relid, pg_catalog.bool_or(p.is_fatal) as is_fatal,
      pg_catalog.jsonb_agg(pg_catalog.jsonb_strip_nulls(pg_catalog.jsonb_build_object(
        'property', p.property, 'code', p.code,
        'message', p.message || case when p.near is not null and p.problem like 'missing %' then '; did you mean ' || p.near || '?' else '' end,
        'path', p.path, 'field', p.field, 'problem', p.problem, 'expected', p.expected, 'actual', p.actual, 'near', p.near))
        order by p.rank, p.number, p.property) as list
    from (select distinct x.* from problem x) p
    group by p.ordinal, p.match, p.relid
  ),
  carried as (
    select f.ordinal, f.match, f.relid, pg_catalog.array_agg(f.name::name order by f.number) as columns
    from field f where f.problem is null
    group by f.ordinal, f.match, f.relid
  )
  select t.ordinal, t.match, t.relid, t.schema_name, t.table_name,
    case when r.is_usable then t.events
      else array(select e.name from pg_catalog.unnest(t.events) with ordinality e(name, number)
        where e.name in ('INSERT', 'TRUNCATE') order by e.number) end as events,
    coalesce(f.columns, '{}') as columns, c.condition, t.channels,
    t.relid is not null and (r.is_usable or t.events && '{INSERT,TRUNCATE}') and not coalesce(p.is_fatal, false) as is_delivered,
    coalesce(p.list, '[]') as problems
  from target t
  left join relation r on r.relid = t.relid
  left join condition c on c.ordinal = t.ordinal and c.match = t.match and c.relid = t.relid
  left join carried f on f.ordinal = t.ordinal and f.match = t.match and f.relid = t.relid
  left join problems p on p.ordinal = t.ordinal and p.match = t.match and coalesce(p.relid, 0) = coalesce(t.relid, 0)
$$;
