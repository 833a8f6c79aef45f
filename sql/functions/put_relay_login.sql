-- Makes the login of a relay, or gives the one that is there a new password, and grants it what a relay needs.
-- role_name: of the login. verifier: a SCRAM-SHA-256 verifier, computed by the client. adopt: whether a role of that name
-- is taken over. Errors: IDB1004 with the statement that gives the right, IDB1207 the role is there, IDB2109, IDB3002 it
-- is somebody mightier's, IDB3005, IDB3007.
create or replace function integratedb.put_relay_login(role_name text, verifier text, adopt boolean default false)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  was_open boolean;
  found_role pg_roles;
  by_membership boolean := exists (select from pg_roles r where r.rolname = 'rds_replication');
begin
  perform integratedb.require_verifier(verifier);
  was_open := integratedb.lock_registry();
  select r.* into found_role from pg_roles r where r.rolname = put_relay_login.role_name;
  if found_role.oid is not null and not adopt then
    raise exception using errcode = 'P0001', message = format('there is a role %s already', role_name), detail = 'IDB1207',
      hint = 'Give the relay another slot, or take the role over with adopt.';
  elsif found_role.rolsuper or found_role.rolcreaterole or found_role.rolbypassrls or found_role.rolname ~ '^pg_' then
    raise exception using errcode = 'P0001', message = format('the role %s has rights that a relay must not have', role_name),
      detail = 'IDB3002', hint = 'Give the relay another slot.';
  end if;
  begin
    if found_role.oid is null then
      execute format('create role %I login%s', role_name, case when by_membership then '' else ' replication' end);
      execute format('comment on role %I is %L', role_name, integratedb.relay_mark());
      if by_membership then
        execute format('grant rds_replication to %I', role_name);
      end if;
    end if;
    execute format('alter role %I login valid until ''infinity'' password %L', role_name, verifier);
  exception when insufficient_privilege then
    raise exception using errcode = '42501',
      message = format('%s may not make a login that replicates: %s', current_user, sqlerrm), detail = 'IDB1004',
      hint = case
        when by_membership then format('As the provider''s administrator: GRANT rds_replication TO %I WITH ADMIN OPTION;', current_user)
        when current_setting('server_version_num')::integer >= 160000
          then format('As a superuser: ALTER ROLE %I CREATEROLE REPLICATION;', current_user)
        else 'Before PostgreSQL 16 only a superuser may: have one own the engine, or make the login by hand and use Database''s relayRoles.' end;
  end;
  perform integratedb.grant_relay(role_name);
  perform integratedb.end_change(was_open);
end
$$;
