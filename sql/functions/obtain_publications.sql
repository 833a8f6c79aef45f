-- Makes the publications of notifications, unless they are there: `integratedb`, and `integratedb_insert` for tables
-- whose updates and deletes cannot be told apart by key, and would fail for their writers if they were published.
-- Errors: IDB1004 with the statement that gives the right.
create or replace function integratedb.obtain_publications()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set client_min_messages = error
as $$
declare
  generated text := case when current_setting('server_version_num')::integer >= 180000
    then ', publish_generated_columns = stored' else '' end;
begin
  if not exists (select from pg_publication p where p.pubname = 'integratedb') then
    execute 'create publication integratedb for table only integratedb.routing with (publish = ''insert, update, delete, truncate'', '
      'publish_via_partition_root = true' || generated || ')';
  elsif not exists (
    select from pg_publication_rel x join pg_publication p on p.oid = x.prpubid
    where p.pubname = 'integratedb' and x.prrelid = 'integratedb.routing'::regclass) then
    alter publication integratedb add table only integratedb.routing;
  end if;
  if not exists (select from pg_publication p where p.pubname = 'integratedb_insert') then
    execute 'create publication integratedb_insert with (publish = ''insert, truncate'', publish_via_partition_root = true'
      || generated || ')';
  end if;
exception when insufficient_privilege then
  raise exception using errcode = '42501',
    message = format('%s may not make or change the publications of notifications', current_user), detail = 'IDB1004',
    hint = format('As a superuser or the database''s owner: GRANT CREATE ON DATABASE %I TO %I; and if a publication integratedb is somebody else''s, drop it.', current_database(), current_user);
end
$$;
