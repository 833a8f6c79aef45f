-- What ALTER TYPE can change behind a type's name, with every type that it is built from (element, base, attributes,
-- subtype), so that an enum inside a domain inside a composite counts.
-- Written the same whatever the session's settings are. '' for types that nothing can change.
create or replace function integratedb.type_definition(type_id oid)
returns text
language sql stable
set search_path = pg_catalog, pg_temp
set quote_all_identifiers = off
set timezone = 'UTC'
set datestyle = 'ISO, MDY'
set intervalstyle = 'postgres'
set extra_float_digits = 1
set bytea_output = 'hex'
as $$
  with recursive part as (
    select $1 as member
    union
    select next.member
    from part p
    join pg_catalog.pg_type m on m.oid = p.member
    cross join lateral (
      select m.typelem as member where m.typelem <> 0 and m.typlen = -1
      union all select m.typbasetype where m.typtype = 'd'
      union all select a.atttypid from pg_catalog.pg_attribute a
        where m.typtype = 'c' and a.attrelid = m.typrelid and a.attnum > 0 and not a.attisdropped
      union all select r.rngsubtype from pg_catalog.pg_range r where m.typtype = 'r' and r.rngtypid = m.oid
      union all select r.rngtypid from pg_catalog.pg_range r where m.typtype = 'm' and r.rngmultitypid = m.oid
    ) next
    where next.member >= 16384
  ),
  own as (
    select m.oid as id, case m.typtype
      when 'e' then (
        select 'enum (' || coalesce(pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' order by e.enumsortorder), '') || ')'
        from pg_catalog.pg_enum e where e.enumtypid = m.oid)
      when 'd' then 'domain over ' || pg_catalog.format_type(m.typbasetype, m.typtypmod)
        || case when m.typnotnull then ' not null' else '' end
        || coalesce((
          select ' ' || pg_catalog.string_agg(d.text, ' ' order by d.text)
          from (
            select pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(k.oid), ' NOT VALID$', '') as text
            from pg_catalog.pg_constraint k where k.contypid = m.oid and k.contype = 'c'
          ) d), '')
      when 'c' then (
        select 'composite (' || coalesce(pg_catalog.string_agg(
          pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum), '') || ')'
        from pg_catalog.pg_attribute a where a.attrelid = m.typrelid and a.attnum > 0 and not a.attisdropped)
      when 'r' then (
        select 'range of ' || pg_catalog.format_type(r.rngsubtype, null) from pg_catalog.pg_range r where r.rngtypid = m.oid)
    end as text
    from part p
    join pg_catalog.pg_type m on m.oid = p.member
  )
  select coalesce(pg_catalog.string_agg(
    case when o.id = $1 then o.text else pg_catalog.format_type(o.id, null) || ' ' || o.text end,
    '; ' order by o.id <> $1, pg_catalog.format_type(o.id, null)), '')
  from own o
$$;
