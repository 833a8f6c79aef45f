-- Credentials of stakeholders that are old, are closed, or have not reached every store.
create or replace function integratedb.inspect_logins()
returns table (severity text, subject text, problem text, remedy text)
language sql stable
as $$
  with newest as (
    select distinct on (l.stakeholder_id) s.name as stakeholder, l.*,
      coalesce(integratedb.period(l.rotation ->> 'every'), interval '90 days') as period
    from integratedb.login l
    join integratedb.stakeholder s on s.id = l.stakeholder_id
    order by l.stakeholder_id, l.version desc
  )
  select 'warning', n.stakeholder,
    pg_catalog.format('its credentials are %s days old', extract(day from now() - n.rotated_at)),
    'Change the rotation of the stakeholder in its program, then run: pulumi up'
  from newest n
  where n.closed is null and n.rotated_at + n.period < now()
  union all
  select 'warning', n.stakeholder,
    pg_catalog.format('its login %I waits for %s since %s UTC', n.role_name, w.store,
      pg_catalog.to_char(n.rotated_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')),
    pg_catalog.format('Run: pulumi up. If the entry is gone: SELECT integratedb.delete_delivery(%L, %L, %L);',
      n.stakeholder, w.store_name, w.entry)
  from newest n
  join lateral (
    select d.store || ' ' || d.entry as store, d.store as store_name, d.entry
    from integratedb.delivery d
    where d.stakeholder_id = n.stakeholder_id and d.version is distinct from n.version
  ) w on true
  where not n.is_current and n.rotated_at < now() - interval '1 hour'
  union all
  select 'error', n.stakeholder, 'its logins were revoked, and no application can connect as it', 'Run: pulumi up'
  from newest n
  where n.closed = 'revoked'
$$;
