-- Raises an error that tells what the given claims name and policy does not let them have. Errors: IDB2009.
create or replace function integratedb.refuse_if_forbidden(claim_ids integer[])
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  conflicts text;
begin
  select string_agg(distinct format('%s (claim %s) names %s', s.name, k.name, x.object), E'\n')
  into conflicts
  from integratedb.claimed_table t
  join integratedb.claim k on k.id = t.claim_id
  join integratedb.stakeholder s on s.id = k.stakeholder_id
  cross join lateral (
    select integratedb.path_text(t.schema_name) || '.' || integratedb.path_text(t.table_name) as object
    where not t.from_wildcard and not integratedb.permits(s.name, t.schema_name, t.table_name, null, true)
    union all
    select integratedb.path_text(t.schema_name) || '.' || integratedb.path_text(t.table_name) || '.' || integratedb.path_text(c.name)
    from integratedb.claimed_column c
    where c.table_id = t.id and not c.from_wildcard
      and not integratedb.permits(s.name, t.schema_name, t.table_name, c.name, true)
  ) x
  where t.claim_id = any (claim_ids);
  if conflicts is not null then
    raise exception using errcode = 'P0001',
      message = E'policy forbids what is claimed:\n' || conflicts, detail = 'IDB2009',
      hint = 'Have these claims changed first.';
  end if;
end
$$;
