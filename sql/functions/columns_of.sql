-- The shape of each column of a table, view, materialised or foreign table, from the real catalog.
-- type: format_type without modifiers, qualified for user types (claims see pg_catalog only in the search path);
-- bare_type: the same without its schema, for specs that name a user type unqualified;
-- length: characters or bits; digits: integral digits of numeric, fractional digits of seconds; scale: of numeric.
-- 2147483647 means that the type sets no bound, so that "at least" is one comparison.
-- not_null: as information_schema.columns, but a NOT VALID constraint (PostgreSQL 18) does not count.
-- definition: what can change behind the type's name, '' where nothing can.
create or replace function integratedb.columns_of(relid oid)
returns table (
  number smallint, name name, type text, bare_type text, length integer, digits integer, scale integer,
  not_null boolean, definition text
)
language sql stable
as $$
  select
    a.attnum as number, a.attname as name,
    case
      when a.atttypmod = -1 or k.element in (1042, 1043, 1083, 1114, 1184, 1266, 1560, 1562, 1700)
        then pg_catalog.format_type(a.atttypid, null)
      when k.element = 1186 then pg_catalog.regexp_replace(pg_catalog.format_type(a.atttypid, a.atttypmod), '[(]\d+[)]', '')
      else pg_catalog.format_type(a.atttypid, a.atttypmod)
    end as type,
    coalesce(e.typname || '[]', t.typname) as bare_type,
    case
      when k.element not in (1042, 1043, 1560, 1562) or a.atttypmod = -1 then 2147483647
      when k.element in (1560, 1562) then a.atttypmod
      else a.atttypmod - 4
    end as length,
    case
      when k.element = 1700 and a.atttypmod >= 4 then
        (((a.atttypmod - 4) >> 16) & 65535) - ((((a.atttypmod - 4) & 2047) # 1024) - 1024)
      when k.element in (1083, 1114, 1184, 1266) then case a.atttypmod when -1 then 6 else a.atttypmod end
      when k.element = 1186 then
        case when a.atttypmod = -1 or a.atttypmod & 65535 = 65535 then 6 else a.atttypmod & 65535 end
      else 2147483647
    end as digits,
    case
      when k.element = 1700 and a.atttypmod >= 4 then (((a.atttypmod - 4) & 2047) # 1024) - 1024
      else 2147483647
    end as scale,
    a.attnotnull and not exists (
        select from pg_catalog.pg_constraint u
        where u.conrelid = a.attrelid and u.contype = 'n' and not u.convalidated and u.conkey[1] = a.attnum)
      or t.typtype = 'd' and t.typnotnull as not_null,
    case when a.atttypid >= 16384 then integratedb.type_definition(a.atttypid) else '' end || case
      when o.collisdeterministic is not false then ''
      else pg_catalog.format('collation %I.%I, nondeterministic', o.collnamespace::regnamespace, o.collname)
    end as definition
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_type e on e.oid = t.typelem and t.typlen = -1
  cross join lateral (select coalesce(e.oid, t.oid) as element) k
  left join pg_catalog.pg_collation o on o.oid = a.attcollation
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
  -- Looked up for one table after the other: the planner would rather read the whole catalog.
  offset 0
$$;
