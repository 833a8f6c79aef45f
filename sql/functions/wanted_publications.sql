-- How the routes want their tables published: in which publication, with which columns (null: all) and which rows (null:
-- all). Lists of columns and filters of rows are of PostgreSQL 15 and later, and only narrow what the relay reads: it
-- judges each change by the routes again.
-- schema_names, table_names: which tables; null for all.
create or replace function integratedb.wanted_publications(schema_names name[], table_names name[])
returns table (schema_name name, table_name name, relid oid, owner oid, publication name, columns name[], row_filter text)
language sql stable
as $$
  with route as materialized (
    select r.schema_name, r.table_name, r.events, r.columns, r.condition
    from integratedb.route r
    where r.valid_to is null and $1 is null
    union all
    select r.schema_name, r.table_name, r.events, r.columns, r.condition
    from (select distinct $1[u.number] as schema_name, $2[u.number] as table_name from pg_catalog.generate_subscripts($1, 1) u(number)) u
    join integratedb.route r on r.table_name = u.table_name and r.schema_name = u.schema_name and r.valid_to is null
  ),
  condition as materialized (
    select distinct r.schema_name, r.table_name, r.condition from route r where r.condition is not null
  ),
  tested as materialized (
    select distinct c.schema_name, c.table_name, t.value ->> 'column' as name
    from condition c
    cross join lateral pg_catalog.jsonb_array_elements(c.condition) a
    cross join lateral pg_catalog.jsonb_array_elements(a.value) t
  ),
  carried as materialized (
    select distinct r.schema_name, r.table_name, x.name from route r cross join lateral pg_catalog.unnest(r.columns) x(name)
  ),
  grouped as materialized (
    select r.schema_name, r.table_name,
      case when pg_catalog.bool_or(r.events && '{UPDATE,DELETE}') then 'integratedb' else 'integratedb_insert' end as publication,
      -- An update that makes a row meet a filter is published as an insert, so that only those who asked for both may have one.
      pg_catalog.bool_and(r.condition is not null) and (not pg_catalog.bool_or(r.events && '{UPDATE,DELETE}')
        or pg_catalog.bool_and(r.events @> '{INSERT,UPDATE,DELETE}')) as is_filtered
    from route r
    group by r.schema_name, r.table_name
  ),
  found as materialized (
    select g.*, c.oid as relid, c.relowner as owner, i.is_full, i.columns as identity, i.tested as known
    from grouped g
    join pg_catalog.pg_namespace n on n.nspname = g.schema_name
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = g.table_name and c.relkind in ('r', 'p')
    cross join lateral integratedb.replica_identity(c.oid) i
  ),
  listed as (
    select f.*,
      array(
        select a.attname from pg_catalog.pg_attribute a
        where a.attrelid = f.relid and a.attnum > 0 and not a.attisdropped and integratedb.is_published(a.attgenerated) order by a.attnum) as all_columns,
      array(
        select a.attname from pg_catalog.pg_attribute a
        where a.attrelid = f.relid and a.attnum > 0 and not a.attisdropped and integratedb.is_published(a.attgenerated)
          and (a.attname = any (f.identity)
            or exists (select from carried c where c.schema_name = f.schema_name and c.table_name = f.table_name and c.name = a.attname)
            or exists (select from tested t where t.schema_name = f.schema_name and t.table_name = f.table_name and t.name = a.attname))
        order by a.attnum) as needed
    from found f
  )
  select l.schema_name, l.table_name, l.relid, l.owner, l.publication,
    case
      when pg_catalog.current_setting('server_version_num')::integer < 150000 then null
      -- Identity full is published with all columns, or writers fail.
      when l.publication = 'integratedb' and l.is_full then null
      -- A list stands in the way of changes of the table, so that one of all columns is none.
      when l.needed = l.all_columns then null
      when l.needed = '{}' then l.all_columns[1:1]
      else l.needed
    end as columns,
    case
      when pg_catalog.current_setting('server_version_num')::integer >= 150000 and l.is_filtered
        and (select pg_catalog.count(*) from condition c where c.schema_name = l.schema_name and c.table_name = l.table_name) <= 20
        and not exists (
          select from tested t
          join pg_catalog.pg_attribute a on a.attrelid = l.relid and a.attname = t.name
          where t.schema_name = l.schema_name and t.table_name = l.table_name
            and (a.atttypid >= 16384 or a.attcollation >= 16384 or a.attgenerated <> ''
              or l.publication = 'integratedb' and not a.attname = any (l.known)))
      then (
        select pg_catalog.string_agg(x.text, ' or ' order by x.text)
        from (
          select distinct integratedb.condition_text(l.relid, c.condition) as text
          from condition c where c.schema_name = l.schema_name and c.table_name = l.table_name
        ) x)
    end as row_filter
  from listed l
$$;
