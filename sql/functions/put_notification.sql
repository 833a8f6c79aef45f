-- Sets a notification of a stakeholder, replacing what it said before, whole. From the commit on, each committed change
-- that it matches is delivered to its channels.
-- spec: {"match": [{"path", "events", "fields", "channels", "where"}], "channels": {"hook": {"type": "webhook", …}}}.
-- path is schema.table, or schema.* with fields ["*"]; events are of INSERT, UPDATE, DELETE and TRUNCATE, or ["*"], which is
-- the default; fields name columns that the stakeholder claims, ["*"] all of them, and none without fields; channels name
-- those of the spec, ["*"] all, which is the default. where is a row condition: an object of columns, each with the value
-- that it must have, with null, or with an object of eq, ne, lt, lte, gt, gte, in and is_null, all of which must hold; or an
-- array of such objects, one of which must hold. An update that makes a row meet it arrives as an insert, one that ends it
-- as a delete, for who asks for updates or deletes too; a time without a zone is in UTC. integratedb.channel_options() lists the options of channels; secrets are sealed to integratedb.relay_key().
--
-- ```sql
-- SELECT integratedb.put_notification('reporter', 'orders', '{
--   "match": [{"path": "public.orders", "events": ["INSERT", "UPDATE"], "fields": ["id", "status"], "where": {"id": {"gte": 1000}}}],
--   "channels": {"hook": {"type": "webhook", "url": "https://reporter.internal/events"}}}');
-- ```
--
-- Returns what integratedb.preview_notification() returns, and "created".
-- Errors: IDB2101 malformed, IDB2004 too large, IDB2102 not claimed, IDB2103 nothing to read there, IDB2104 no usable
-- replica identity, IDB2105 row level security, IDB2106 bad row condition, IDB2107 bad channel, IDB2110 no relay key,
-- IDB2111 bad name, IDB2006 no such stakeholder, IDB3007 not allowed, IDB3008 no right to publish, 40001 when somebody
-- writes to the table for long.
create or replace function integratedb.put_notification(stakeholder text, notification text, spec jsonb)
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.put_notification_as_owner(stakeholder, notification, spec);
end
$$;
