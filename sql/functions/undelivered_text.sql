-- A problem of a notification as a sentence for whoever causes it.
create or replace function integratedb.undelivered_text(stakeholder text, notification text, problem jsonb)
returns text
language sql immutable
as $$
  select pg_catalog.format('%s (notification %s): %s', $1, $2, $3 ->> 'message')
$$;
