-- Takes the lists of columns and the filters of rows from what is published, until the next validation puts them back.
-- Returns the number of tables that had one. Errors: 40001 with IDB1109 when a table is held.
create or replace function integratedb.open_publications()
returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
set lock_timeout = '700ms'
as $$
declare
  published record;
  opened integer := 0;
begin
  for published in
    select p.publication, p.relid::regclass as path, n.nspname as schema_name, c.relname as table_name
    from integratedb.published_tables() p
    join pg_class c on c.oid = p.relid
    join pg_namespace n on n.oid = c.relnamespace
    where p.columns is not null or p.row_filter is not null
    order by p.relid
  loop
    begin
      execute format('alter publication %I drop table only %s', published.publication, published.path);
      execute format('alter publication %I add table only %s', published.publication, published.path);
    exception when lock_not_available then
      raise exception using errcode = '40001',
        message = format('%s is being changed by another transaction', published.path), detail = 'IDB1109',
        hint = 'Try again when it has ended.';
    end;
    update integratedb.notified_table t set fingerprint = null
    where t.schema_name = published.schema_name and t.table_name = published.table_name;
    opened := opened + 1;
  end loop;
  return opened;
end
$$;
