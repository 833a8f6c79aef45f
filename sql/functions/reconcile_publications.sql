-- Makes the publications equal to what the routes want of the given tables, in this transaction.
-- with_lock: waits for those who write to a table of which more is published now, so that no transaction is published in
-- part. Waits less than it takes to find a deadlock, as integratedb.reconcile() does, but longer for a vacuum, which gives way.
-- Errors: 40001 with IDB1109 when a table is held, IDB3008 with the statement that gives the engine's owner the right it lacks.
create or replace function integratedb.reconcile_publications(schema_names name[], table_names name[], with_lock boolean)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
set lock_timeout = '700ms'
set client_min_messages = error
as $$
declare
  step record;
  statement text;
begin
  for step in select * from integratedb.publication_drift(schema_names, table_names) d order by d.relid loop
    perform integratedb.obtain_publications();
    foreach statement in array case when with_lock and step.is_wider
      then array[format('lock table %s in share row exclusive mode', step.relid::regclass)] else '{}' end || step.statements
    loop
      begin
        execute statement;
      exception when lock_not_available then
        -- Only those who vacuum, or build an index concurrently, can be waited for without holding up any writer.
        if exists (
          select from pg_locks l
          where l.locktype = 'relation' and l.relation = step.relid and l.granted and l.pid <> pg_backend_pid()
            and l.database = (select b.oid from pg_database b where b.datname = current_database())
            and l.mode not in ('AccessShareLock', 'RowShareLock', 'ShareUpdateExclusiveLock')) then
          raise exception using errcode = '40001',
            message = format('%s is being written to by another transaction', step.relid::regclass), detail = 'IDB1109',
            hint = 'Try again when it has ended.';
        end if;
        perform set_config('lock_timeout', '5s', true);
        execute statement;
      end;
    end loop;
    if step.is_wanted then
      update integratedb.notified_table t
      set row_filter = step.row_filter,
        stored_filter = (select p.row_filter from integratedb.published_tables() p where p.relid = step.relid limit 1)
      where t.schema_name = step.schema_name and t.table_name = step.table_name;
    end if;
  end loop;
exception
  when insufficient_privilege then
    raise exception using errcode = '42501',
      message = format('%s cannot be published: the engine''s owner %s has no right to publish it', step.relid::regclass, current_user),
      detail = 'IDB3008',
      hint = format('As %s or a superuser: GRANT %I TO %I;', pg_get_userbyid(step.owner), pg_get_userbyid(step.owner), current_user);
  when lock_not_available then
    raise exception using errcode = '40001',
      message = format('%s is being changed by another transaction', step.relid::regclass), detail = 'IDB1109',
      hint = 'Try again when it has ended.';
end
$$;
