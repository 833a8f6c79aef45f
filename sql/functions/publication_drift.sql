-- Where the publications differ from what the routes want: one row for each table, with the statements that mend it in
-- order. is_wanted: whether it is to be published at all; is_wider: whether more is published of it then. schema_names, table_names: the
-- tables to look at; null for all. What is published of other tables, and for no route, is always found.
create or replace function integratedb.publication_drift(schema_names name[] default null, table_names name[] default null)
returns table (relid oid, schema_name name, table_name name, owner oid, is_wanted boolean, is_wider boolean, row_filter text, problem text, statements text[])
language sql stable
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
as $$
  with actual as materialized (
    select * from integratedb.published_tables()
  ),
  wanted as materialized (
    select w.*, t.row_filter as given_filter, t.stored_filter
    from integratedb.wanted_publications($1, $2) w
    left join integratedb.notified_table t on t.schema_name = w.schema_name and t.table_name = w.table_name
  ),
  compared as (
    select w.relid, w.schema_name, w.table_name, w.owner, w.publication, w.columns, w.row_filter,
      (select array_agg(a.publication) from actual a where a.relid = w.relid) as publications,
      not exists (
        select from actual a
        where a.relid = w.relid and (a.publication = w.publication or w.publication = 'integratedb_insert')
          and (a.columns is null or a.columns @> w.columns)
          and (a.row_filter is null or a.row_filter = w.stored_filter and w.row_filter = w.given_filter)) as is_wider,
      exists (
        select from actual a
        where a.relid = w.relid and a.publication = w.publication and a.columns is not distinct from w.columns
          and a.row_filter is not distinct from case when w.row_filter is not null then w.stored_filter end
          and (w.row_filter is null or w.row_filter = w.given_filter)) as is_right
    from wanted w
  )
  select c.relid, c.schema_name, c.table_name, c.owner, true, c.is_wider, c.row_filter,
    format('publication %s lacks %s as its notifications need it', c.publication, c.relid::regclass),
    array(select format('alter publication %I drop table only %s', p.name, c.relid::regclass) from unnest(c.publications) p(name))
      || format('alter publication %I add table only %s%s%s', c.publication, c.relid::regclass,
        case when c.columns is null then '' else ' ' || integratedb.column_list(c.columns) end,
        case when c.row_filter is null then '' else ' where (' || c.row_filter || ')' end)
  from compared c
  where not c.is_right or cardinality(c.publications) > 1
  union all
  select a.relid, n.nspname, t.relname, t.relowner, false, false, null,
    format('publication %s has %s, which no notification needs', a.publication, a.relid::regclass),
    array[format('alter publication %I drop table only %s', a.publication, a.relid::regclass)]
  from actual a
  join pg_class t on t.oid = a.relid
  join pg_namespace n on n.oid = t.relnamespace
  where not exists (
    select from integratedb.route r where r.table_name = t.relname and r.schema_name = n.nspname and r.valid_to is null)
$$;
