-- Lets the engine's owner and its members do everything, and an operator what its pattern covers.
-- stakeholder: null for what only the owner may do. caller: from integratedb.take_call(). Errors: 42501 with IDB3007.
create or replace function integratedb.authorize(stakeholder text, caller name)
returns void
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if pg_has_role(authorize.caller, current_user, 'USAGE') then
    return;
  end if;
  if not exists (
    select from integratedb.operator o
    join pg_roles r on r.rolname = o.role_name
    where pg_has_role(authorize.caller, r.oid, 'USAGE')
      and integratedb.glob_matches(lower(authorize.stakeholder), o.pattern)
  ) then
    raise exception using errcode = '42501',
      message = format('%s may not %s', authorize.caller,
        coalesce('manage the stakeholder ' || authorize.stakeholder, 'change the registry as a whole')),
      detail = 'IDB3007',
      hint = case when authorize.stakeholder is null then format('Connect as %s, the owner of the engine.', current_user)
        else format('As %s: SELECT integratedb.put_operator(%L, %L);', current_user, authorize.caller, authorize.stakeholder) end;
  end if;
end
$$;
