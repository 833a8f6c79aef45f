-- Who was to get what when the routes had the given revision: one row for each channel and table. columns: what an event
-- may carry. condition: null, or alternatives of conjunctions, [[{"column", "op", "values", "compare"}]]: op is one of
-- eq, ne, lt, lte, gt, gte, in, is_null and not_null; values are texts as Postgres writes them (DateStyle ISO, TimeZone
-- UTC), compared as "text", "number" or "instant".
-- revision: that of `integratedb.routing`; older ones are kept until every relay is past them.
create or replace function integratedb.routes(revision bigint)
returns table (
  channel_id integer, stakeholder text, notification text, channel text, type text, config jsonb,
  schema_name name, table_name name, events text[], columns name[], condition jsonb
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select r.channel_id, r.stakeholder, r.notification, r.channel, r.type, r.config,
    r.schema_name, r.table_name, r.events, r.columns, r.condition
  from integratedb.route r
  where r.valid_from <= routes.revision and (r.valid_to is null or r.valid_to > routes.revision)
  order by r.channel_id, r.match, r.schema_name, r.table_name
$$;
