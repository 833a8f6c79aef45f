-- What the publications of notifications hold now, the table of the routes' revision aside. columns, row_filter: null for
-- all, as always before PostgreSQL 15.
create or replace function integratedb.published_tables()
returns table (publication name, relid oid, columns name[], row_filter text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- A filter is written the same whatever the session's settings are, to be compared with how it was written before.
set datestyle = 'ISO, MDY'
set timezone = 'UTC'
set quote_all_identifiers = off
as $$
begin
  return query execute format(
    'select p.pubname, r.prrelid, %s, %s
     from pg_publication p join pg_publication_rel r on r.prpubid = p.oid
     where p.pubname in (''integratedb'', ''integratedb_insert'') and r.prrelid <> ''integratedb.routing''::regclass',
    case when current_setting('server_version_num')::integer < 150000 then 'null::name[]'
      else 'case when r.prattrs is not null then array(select a.attname from pg_attribute a
        where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::int2[]) order by a.attnum) end' end,
    case when current_setting('server_version_num')::integer < 150000 then 'null::text' else 'pg_get_expr(r.prqual, r.prrelid)' end);
end
$$;
