-- Turns validation at commit on or off (rule F2): with it on, a transaction that changes the schema is validated when it
-- commits, whether it calls integratedb_validate_migration() or not, and also for what comes after the call.
-- Errors: IDB1004 with the statement that gives the right to make event triggers.
create or replace function integratedb.enforce_commit(is_on boolean)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  drop event trigger if exists integratedb_ddl;
  drop event trigger if exists integratedb_drop;
  drop trigger if exists validate_at_commit on integratedb.open_migration;
  if is_on then
    create constraint trigger validate_at_commit after insert on integratedb.open_migration
      deferrable initially deferred for each row execute function integratedb.validate_at_commit();
    create event trigger integratedb_ddl on ddl_command_end execute function integratedb.note_migration();
    create event trigger integratedb_drop on sql_drop execute function integratedb.note_migration();
  end if;
  update integratedb.engine e set enforce = case when is_on then 'commit' else 'validate' end;
exception when insufficient_privilege then
  raise exception using errcode = '42501',
    message = format('%s may not make event triggers, which enforce = commit needs', current_user), detail = 'IDB1004',
    hint = format('As a superuser: ALTER ROLE %I SUPERUSER; or use enforce = validate. Amazon RDS and Cloud SQL let rds_superuser and cloudsqlsuperuser make them.', current_user);
end
$$;
