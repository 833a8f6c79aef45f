-- How values of a type are compared in a row condition: compare is "text", "number" or "instant", null for types whose
-- equality is not that of their text. type_id: the type itself, or what a domain is made of. is_builtin: whether
-- Postgres can test it in the filter of a publication.
create or replace function integratedb.condition_type(type_id oid, modifier integer, collation_id oid)
returns table (type_id oid, modifier integer, compare text, is_ordered boolean, is_builtin boolean)
language sql stable
as $$
  with recursive base as (
    select $1 as id, $2 as modifier
    union all
    select t.typbasetype, t.typtypmod
    from base b join pg_catalog.pg_type t on t.oid = b.id and t.typtype = 'd'
  )
  select b.id, b.modifier, c.compare, c.compare in ('number', 'instant'), $1 < 16384 and $3 < 16384
  from base b
  join pg_catalog.pg_type t on t.oid = b.id and t.typtype <> 'd'
  cross join lateral (
    select case
      when t.typtype = 'e' then 'text'
      when exists (select from pg_catalog.pg_collation o where o.oid = $3 and not o.collisdeterministic) then null
      when t.oid in ('int2'::pg_catalog.regtype, 'int4'::pg_catalog.regtype, 'int8'::pg_catalog.regtype, 'numeric'::pg_catalog.regtype) then 'number'
      when t.oid in ('date'::pg_catalog.regtype, 'timestamp'::pg_catalog.regtype, 'timestamptz'::pg_catalog.regtype) then 'instant'
      when t.oid in ('text'::pg_catalog.regtype, 'varchar'::pg_catalog.regtype, 'bpchar'::pg_catalog.regtype, 'bool'::pg_catalog.regtype,
        'uuid'::pg_catalog.regtype, 'time'::pg_catalog.regtype, 'inet'::pg_catalog.regtype, 'cidr'::pg_catalog.regtype,
        'macaddr'::pg_catalog.regtype, 'macaddr8'::pg_catalog.regtype, 'bit'::pg_catalog.regtype, 'varbit'::pg_catalog.regtype) then 'text'
    end as compare
  ) c
$$;
