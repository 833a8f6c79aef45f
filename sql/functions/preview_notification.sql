-- What putting a notification would do, without doing it: the columns that its events carry, and every problem, each at
-- its place in the spec. put_notification judges by this function, and so does `pulumi preview`.
-- spec: see integratedb.put_notification(). planned: claims that are about to be put, each by name with the keys of its
-- preview, as {"orders": ["public.orders.id"]}; they count in place of the stakeholder's claims of these names.
-- Returns {"columns": {"public.orders.id": {"type", "nullable", "events"}}, "problems": [{"property", "code", "message",
-- "path", "field", "problem", "expected", "actual", "near"}]}. A table without fields stands as "public.orders": {"events"}.
-- Errors: IDB3007 not allowed.
create or replace function integratedb.preview_notification(stakeholder text, spec jsonb, planned jsonb default null)
returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set quote_all_identifiers = off
as $$
begin
  perform integratedb.authorize(preview_notification.stakeholder, integratedb.caller());
  return integratedb.judge_notification(preview_notification.stakeholder, preview_notification.spec, preview_notification.planned);
end
$$;
