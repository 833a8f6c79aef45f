-- What keeps notifications from being read and delivered: settings of the server, roles and slots of relays, publications
-- that somebody changed, notifications that the schema does not serve, channels that fail.
create or replace function integratedb.inspect_notifications()
returns table (severity text, subject text, problem text, remedy text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (select from integratedb.notification) and not exists (select from integratedb.relay_role)
    and not exists (select from integratedb.relay_position) then
    return;
  end if;
  return query
  select 'error', 'relay', format('wal_level is %s, and no change can be read from the write-ahead log', current_setting('wal_level')),
    case
      when exists (select from pg_roles r where r.rolname = 'rds_superuser') then 'Set rds.logical_replication = 1 in the parameter group, and restart the server.'
      when exists (select from pg_roles r where r.rolname = 'cloudsqlsuperuser') then 'Set the flag cloudsql.logical_decoding = on, which restarts the server.'
      when exists (select from pg_roles r where r.rolname = 'azure_pg_admin') then 'Set the server parameter wal_level = logical, and restart the server.'
      else 'ALTER SYSTEM SET wal_level = logical; then restart the server.' end
  where current_setting('wal_level') <> 'logical'
  union all
  select 'error', 'relay', 'no role may work as a relay, and no notification is delivered', 'SELECT integratedb.grant_relay(''<role with LOGIN and REPLICATION>'');'
  where exists (select from integratedb.notification) and not exists (select from integratedb.relay_role)
  union all
  select 'error', 'relay', p.text, p.remedy
  from integratedb.relay_role r
  cross join lateral integratedb.relay_role_problem(r.role_name) p
  union all
  select 'error', 'relay', format('the role %s lacks its rights on the engine', r.role_name), format('SELECT integratedb.grant_relay(%L);', r.role_name)
  from integratedb.relay_role r
  join pg_roles o on o.rolname = r.role_name
  where not has_schema_privilege(o.oid, 'integratedb', 'USAGE')
    or not has_function_privilege(o.oid, 'integratedb.routes(bigint)', 'EXECUTE')
    or not has_table_privilege(o.oid, 'integratedb.spool', 'INSERT')
  union all
  select 'error', 'relay', format('the publication %s is gone', w.name), 'SELECT integratedb_sync();'
  from (values ('integratedb'), ('integratedb_insert')) w(name)
  where not exists (select from pg_publication p where p.pubname = w.name)
  union all
  select 'error', 'relay', format('the publication %s does not publish what it should', p.pubname),
    format('ALTER PUBLICATION %I SET (publish = %L, publish_via_partition_root = true);', p.pubname,
      case p.pubname when 'integratedb' then 'insert, update, delete, truncate' else 'insert, truncate' end)
  from pg_publication p
  where p.pubname in ('integratedb', 'integratedb_insert')
    and not (p.pubinsert and p.pubtruncate and p.pubviaroot and p.pubupdate = (p.pubname = 'integratedb') and p.pubdelete = (p.pubname = 'integratedb'))
  union all
  select case when d.is_wanted then 'error' else 'warning' end, 'relay', d.problem, 'SELECT integratedb_sync();'
  from integratedb.publication_drift() d
  union all
  select distinct 'error', 'engine', format('its owner %I is not a member of %I, the owner of tables of notifications, and can publish nothing of them', current_user, d.owner::regrole::text),
    format('GRANT %I TO %I;', d.owner::regrole::text, current_user)
  from (select w.owner from integratedb.wanted_publications(null, null) w) d
  where not pg_has_role(current_user, d.owner, 'USAGE')
  union all
  select 'error', 'relay', format('the replication slot %s is gone; changes after %s may be lost', p.slot_name, p.lsn),
    format('Read docs/operators.md on lost slots; then: integratedb relay accept-gap --slot %s', p.slot_name)
  from integratedb.relay_position p
  where not exists (select from pg_replication_slots s where s.slot_name = p.slot_name)
  union all
  select case when s.state in ('lost', 'invalidated') then 'error' else 'warning' end, 'relay',
    case when s.state in ('lost', 'invalidated') then format('the replication slot %s is invalidated; changes after %s are lost', p.slot_name, p.lsn)
      when s.state = 'unreserved' then format('the replication slot %s is about to be invalidated; it holds %s of write-ahead log', p.slot_name, s.held)
      else format('no relay reads the replication slot %s, which holds %s of write-ahead log', p.slot_name, s.held) end,
    case when s.state in ('lost', 'invalidated') then format('Read docs/operators.md on lost slots; then: integratedb relay accept-gap --slot %s', p.slot_name)
      else 'Start the relay.' end
  from integratedb.relay_position p
  join lateral (
    select x.active,
      case when to_jsonb(x) ->> 'invalidation_reason' is not null then 'invalidated' else x.wal_status end as state,
      pg_size_pretty(case when pg_is_in_recovery() then null else pg_wal_lsn_diff(pg_current_wal_lsn(), x.restart_lsn) end) as held
    from pg_replication_slots x where x.slot_name = p.slot_name
  ) s on true
  where not s.active or s.state in ('lost', 'invalidated', 'unreserved')
  union all
  select 'error', n.stakeholder, n.message,
    coalesce(case when n.problem = 'replica identity' then n.expected end, 'Restore it in a migration, or replace the notification ' || n.notification || '.')
  from integratedb.undelivered() n
  union all
  select 'warning', s.name, format('channel %s of notification %s is %s: %s', c.name, n.name, l.state, coalesce(l.last_error, 'no reason is known')),
    'integratedb channels'
  from integratedb.lane l
  join integratedb.channel c on c.id = l.channel_id
  join integratedb.notification n on n.id = c.notification_id
  join integratedb.stakeholder s on s.id = n.stakeholder_id
  where l.state = 'failing';
end
$$;
