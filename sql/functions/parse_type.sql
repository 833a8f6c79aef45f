-- Friendly type names (int, varchar(40), timestamptz, money[], mood, "My Schema".mood) in the terms of
-- integratedb.column_shape(). A type that does not exist keeps its text, and then equals no column's type.
create or replace function integratedb.parse_type(names text[])
returns table (stated text, type text, length integer, digits integer, scale integer)
language sql stable
as $$
  with part as (
    select
      u.stated,
      u.stated ~* '(\[\d*\]|\marray)\s*$' as is_array,
      pg_catalog.regexp_match(u.stated, '[(]\s*(\d{1,8})\s*(?:,\s*(-?\d{1,8})\s*)?[)]')::integer[] as modifier,
      pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.regexp_replace(
        u.stated, '([(]\s*\d{1,8}\s*(,\s*-?\d{1,8}\s*)?[)])|((\[\d*\]|\marray)\s*)+$', '', 'gi'), '\s+', ' ', 'g')) as base
    from pg_catalog.unnest($1) u(stated)
  ),
  system as (
    select p.*, case
      when p.base ~* '^float$' then case when p.modifier[1] < 25 then 'float4' else 'float8' end
      else coalesce(
        (select a.name from (values
          ('bigint', 'int8'), ('bigserial', 'int8'), ('bit varying', 'varbit'), ('boolean', 'bool'), ('char', 'bpchar'),
          ('char varying', 'varchar'), ('character', 'bpchar'), ('character varying', 'varchar'), ('dec', 'numeric'),
          ('decimal', 'numeric'), ('double precision', 'float8'), ('int', 'int4'), ('integer', 'int4'),
          ('national char', 'bpchar'), ('national character', 'bpchar'), ('national character varying', 'varchar'),
          ('nchar', 'bpchar'), ('nchar varying', 'varchar'), ('real', 'float4'), ('serial', 'int4'), ('serial2', 'int2'),
          ('serial4', 'int4'), ('serial8', 'int8'), ('smallint', 'int2'), ('smallserial', 'int2'),
          ('time with time zone', 'timetz'), ('time without time zone', 'time'),
          ('timestamp with time zone', 'timestamptz'), ('timestamp without time zone', 'timestamp')
        ) a(alias, name) where a.alias = pg_catalog.lower(p.base)),
        case when p.base like '"%"' then pg_catalog.btrim(p.base, '"')
          else pg_catalog.regexp_replace(pg_catalog.lower(p.base), '^pg_catalog[.]', '') end)
      end as name
    from part p
  ),
  other as (
    select p.stated, pg_catalog.regexp_match(p.base, '^(?:("(?:[^"]|"")+"|[^".]+)[.])?("(?:[^"]|"")+"|[^".]+)$') as path
    from part p
  )
  select
    s.stated,
    case
      when s.modifier is not null and t.typname <> all (array[
        'bit', 'bpchar', 'float4', 'float8', 'interval', 'numeric', 'time', 'timestamp', 'timestamptz', 'timetz', 'varbit', 'varchar'])
        then s.stated
      when t.oid is not null then pg_catalog.format_type(case when s.is_array then t.typarray else t.oid end, null)
      when s.base ~* '^interval ' then pg_catalog.lower(s.base)
      when o.path[1] is not null then
        case when o.path[1] like '"%' or pg_catalog.quote_ident(o.path[1]) = o.path[1] then o.path[1] else pg_catalog.lower(o.path[1]) end
        || '.' ||
        case when o.path[2] like '"%' or pg_catalog.quote_ident(o.path[2]) = o.path[2] then o.path[2] else pg_catalog.lower(o.path[2]) end
        || case when s.is_array then '[]' else '' end
      else case
          when s.base like '"%"' then pg_catalog.replace(pg_catalog.substr(s.base, 2, pg_catalog.length(s.base) - 2), '""', '"')
          when exists (select from pg_catalog.pg_type x where x.typname = s.base) then s.base
          else pg_catalog.lower(s.base) end
        || case when s.is_array then '[]' else '' end
    end as type,
    case when t.typname in ('varchar', 'bpchar', 'bit', 'varbit') then s.modifier[1] end as length,
    case
      when t.typname = 'numeric' then s.modifier[1] - coalesce(s.modifier[2], 0)
      when t.typname in ('time', 'timetz', 'timestamp', 'timestamptz', 'interval') or s.base ~* '^interval ' then s.modifier[1]
    end as digits,
    case when t.typname = 'numeric' and s.modifier is not null then coalesce(s.modifier[2], 0) end as scale
  from system s
  join other o on o.stated = s.stated
  left join pg_catalog.pg_type t
    on t.typname = s.name and t.typnamespace = 'pg_catalog'::regnamespace and t.typtype in ('b', 'r', 'm')
    and not (t.typelem <> 0 and t.typlen = -1)
$$;
