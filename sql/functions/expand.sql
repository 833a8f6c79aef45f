-- The columns that a spec covers in this database: {"public.orders.id": {"type": "integer", "nullable": false}, ...}.
-- Errors: the problems that put_claim would refuse it for, policy aside.
create or replace function integratedb.expand(spec jsonb)
returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set jit = off
set quote_all_identifiers = off
as $$
declare
  outlook jsonb := integratedb.preview(null, expand.spec);
begin
  if outlook -> 'problems' <> '[]' then
    raise exception using errcode = 'P0001',
      message = (select string_agg(p ->> 'message', E'\n') from jsonb_array_elements(outlook -> 'problems') p),
      detail = outlook -> 'problems' -> 0 ->> 'code',
      hint = 'Correct the spec.';
  end if;
  return outlook -> 'columns';
end
$$;
