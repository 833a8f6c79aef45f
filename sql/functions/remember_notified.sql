-- Notes what matters of the given tables as seen, for integratedb.settle_notifications(); forgets those of no notification.
create or replace function integratedb.remember_notified(schema_names name[], table_names name[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.notified_table (schema_name, table_name, fingerprint)
  select x.schema_name, x.table_name, nullif(integratedb.table_fingerprint(x.schema_name, x.table_name), 'under row level security')
  from (select distinct u.schema_name, u.table_name from unnest(schema_names, table_names) u(schema_name, table_name)) x
  where (select true from integratedb.route r where r.table_name = x.table_name and r.schema_name = x.schema_name and r.valid_to is null limit 1)
  on conflict on constraint notified_table_pkey do update set fingerprint = excluded.fingerprint
  where notified_table.fingerprint is distinct from excluded.fingerprint;

  delete from integratedb.notified_table t
  using unnest(schema_names, table_names) u(schema_name, table_name)
  where t.schema_name = u.schema_name and t.table_name = u.table_name
    and not exists (
      select from integratedb.route r where r.table_name = t.table_name and r.schema_name = t.schema_name and r.valid_to is null);
end
$$;
