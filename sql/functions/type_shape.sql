-- Each type that a column can have: its name, how its modifier reads, and what ALTER TYPE can change behind its name.
-- The definition takes in every type that a user type is built from (element, base, attributes, subtype), so that
-- an enum inside a domain inside a composite counts.
create or replace function integratedb.type_shape()
returns table (
  id oid, type text, bare_type text, element oid, modifier text, domain_not_null boolean, definition text
)
language sql stable
as $$
  with recursive made as (
    select t.oid as id, t.typtype, t.typbasetype, t.typtypmod, t.typnotnull, t.typrelid, t.typelem, t.typlen
    from pg_catalog.pg_type t
    where t.oid >= 16384
  ),
  part as (
    select m.id, m.id as member from made m
    where m.id in (
      select a.atttypid from pg_catalog.pg_attribute a
      where a.atttypid >= 16384 and a.attnum > 0 and not a.attisdropped
    )
    union
    select p.id, next.member
    from part p
    join made m on m.id = p.member
    cross join lateral (
      select m.typelem as member where m.typelem <> 0 and m.typlen = -1
      union all select m.typbasetype where m.typtype = 'd'
      union all select a.atttypid from pg_catalog.pg_attribute a
        where m.typtype = 'c' and a.attrelid = m.typrelid and a.attnum > 0 and not a.attisdropped
      union all select r.rngsubtype from pg_catalog.pg_range r where m.typtype = 'r' and r.rngtypid = m.id
    ) next
    where next.member >= 16384
  ),
  own as (
    select m.id, case m.typtype
      when 'e' then (
        select 'enum (' || coalesce(pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' order by e.enumsortorder), '') || ')'
        from pg_catalog.pg_enum e where e.enumtypid = m.id)
      when 'd' then 'domain over ' || pg_catalog.format_type(m.typbasetype, m.typtypmod)
        || case when m.typnotnull then ' not null' else '' end
        || coalesce((
          select ' ' || pg_catalog.string_agg(d.text, ' ' order by d.text)
          from (
            select pg_catalog.pg_get_constraintdef(k.oid) as text
            from pg_catalog.pg_constraint k where k.contypid = m.id and k.contype = 'c'
          ) d), '')
      when 'c' then (
        select 'composite (' || coalesce(pg_catalog.string_agg(
          pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum), '') || ')'
        from pg_catalog.pg_attribute a where a.attrelid = m.typrelid and a.attnum > 0 and not a.attisdropped)
      when 'r' then (
        select 'range of ' || pg_catalog.format_type(r.rngsubtype, null) from pg_catalog.pg_range r where r.rngtypid = m.id)
    end as text
    from made m
    where m.id in (select p.member from part p)
  ),
  definition as (
    select p.id, pg_catalog.string_agg(
      case when p.member = p.id then o.text else pg_catalog.format_type(p.member, null) || ' ' || o.text end,
      '; ' order by p.member <> p.id, pg_catalog.format_type(p.member, null)) as text
    from part p
    join own o on o.id = p.member
    group by p.id
  )
  select
    t.oid as id,
    pg_catalog.format_type(t.oid, null) as type,
    coalesce(e.typname, t.typname) || case when e.oid is null then '' else '[]' end as bare_type,
    coalesce(e.oid, t.oid) as element,
    case
      when coalesce(e.oid, t.oid) in (1042, 1043, 1560, 1562) then 'length'
      when coalesce(e.oid, t.oid) = 1700 then 'numeric'
      when coalesce(e.oid, t.oid) in (1083, 1114, 1184, 1266) then 'time'
      when coalesce(e.oid, t.oid) = 1186 then 'interval'
      else 'other'
    end as modifier,
    t.typtype = 'd' and t.typnotnull as domain_not_null,
    coalesce(d.text, '') as definition
  from pg_catalog.pg_type t
  left join pg_catalog.pg_type e on e.oid = t.typelem and t.typlen = -1
  left join definition d on d.id = t.oid
$$;
