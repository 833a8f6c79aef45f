-- Whether the role certainly reads every row of the table: a permissive policy for SELECT that is plainly true applies to
-- it, and no restrictive one does.
create or replace function integratedb.reads_all_rows(relid oid, role_id oid)
returns boolean
language sql stable
as $$
  with policy as (
    select p.polpermissive as is_permissive, pg_catalog.pg_get_expr(p.polqual, p.polrelid) as expression
    from pg_catalog.pg_policy p
    where p.polrelid = $1 and p.polcmd in ('*', 'r') and exists (
      select from pg_catalog.unnest(p.polroles) r(id)
      where case when r.id = 0 then true else pg_catalog.pg_has_role($2, r.id, 'USAGE') end)
  )
  select exists (select from policy p where p.is_permissive and p.expression = 'true')
    and not exists (select from policy p where not p.is_permissive and p.expression is distinct from 'true')
$$;
