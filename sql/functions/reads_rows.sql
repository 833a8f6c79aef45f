-- Whether row level security can leave the role a row to read: a permissive policy for SELECT applies to it, and none that
-- is plainly false stands against it. Other conditions are not judged.
create or replace function integratedb.reads_rows(relid oid, role_id oid)
returns boolean
language sql stable
as $$
  select exists (
    select from pg_catalog.pg_policy p
    cross join lateral pg_catalog.unnest(p.polroles) r(id)
    where p.polrelid = $1 and p.polpermissive and p.polcmd in ('*', 'r')
      and case when r.id = 0 then true else pg_catalog.pg_has_role($2, r.id, 'USAGE') end
      and pg_catalog.pg_get_expr(p.polqual, p.polrelid) is distinct from 'false'
  ) and not exists (
    select from pg_catalog.pg_policy p
    cross join lateral pg_catalog.unnest(p.polroles) r(id)
    where p.polrelid = $1 and not p.polpermissive and p.polcmd in ('*', 'r')
      and case when r.id = 0 then true else pg_catalog.pg_has_role($2, r.id, 'USAGE') end
      and pg_catalog.pg_get_expr(p.polqual, p.polrelid) = 'false'
  ) or exists (
    select from pg_catalog.pg_roles r where r.oid = $2 and r.rolbypassrls
  )
$$;
