-- Whether a view can read what it is made of: as its owner, or as the reader where it is a security_invoker view. True for
-- what is no view.
create or replace function integratedb.view_reads(relid oid, reader_id oid)
returns boolean
language sql stable
as $$
  select not exists (
    select from pg_catalog.pg_rewrite w
    join pg_catalog.pg_class v on v.oid = w.ev_class and v.relkind = 'v'
    cross join lateral (
      select case when exists (
        select from pg_catalog.pg_options_to_table(v.reloptions) o
        where o.option_name = 'security_invoker' and o.option_value::boolean
      ) then $2 else v.relowner end as role_id
    ) e
    join pg_catalog.pg_depend d
      on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
      and d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> v.oid
    join pg_catalog.pg_class b on b.oid = d.refobjid and b.relkind in ('r', 'p', 'v', 'm', 'f')
    where w.ev_class = $1 and w.rulename = '_RETURN'
      and not case
        when d.refobjsubid = 0 then pg_catalog.has_any_column_privilege(e.role_id, b.oid, 'SELECT')
        else pg_catalog.has_column_privilege(e.role_id, b.oid, d.refobjsubid::smallint, 'SELECT')
      end)
$$;
