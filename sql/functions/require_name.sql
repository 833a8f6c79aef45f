-- A name that a stakeholder can have, lower-cased (rule K14). Errors: IDB3001.
create or replace function integratedb.require_name(name text)
returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  if coalesce(require_name.name !~ '^[a-z_][a-z0-9_]{0,31}$' or require_name.name ~ '^pg_'
    or require_name.name in ('integratedb', 'public', 'none', 'information_schema'), true) then
    raise exception using errcode = 'P0001',
      message = format('%L cannot name a stakeholder', left(require_name.name, 80)), detail = 'IDB3001',
      hint = 'A name has 1 to 32 letters, digits and underscores, does not start with a digit or pg_, and is not a reserved one.';
  end if;
end
$$;
