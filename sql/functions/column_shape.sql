-- The shape of every column that a claim can name, from the real catalog.
-- type: format_type without modifiers, qualified for user types (claims see pg_catalog only in the search path);
-- bare_type: the same without its schema, for specs that name a user type unqualified;
-- length: characters or bits; digits: integral digits of numeric, fractional digits of seconds; scale: of numeric.
-- 2147483647 means that the type sets no bound, so that "at least" is one comparison.
-- not_null: as information_schema.columns, but a NOT VALID constraint (PostgreSQL 18) does not count.
-- definition: what ALTER TYPE can change behind a name, '' where nothing can.
create or replace function integratedb.column_shape()
returns table (
  relid oid, schema_name name, table_name name, number smallint, name name, type text, bare_type text,
  length integer, digits integer, scale integer, not_null boolean, definition text, acl aclitem[], owner oid
)
language sql stable
as $$
  select
    c.oid as relid, n.nspname as schema_name, c.relname as table_name, a.attnum as number, a.attname as name,
    case
      when a.atttypmod = -1 or t.modifier in ('length', 'numeric', 'time') then t.type
      when t.modifier = 'interval' then pg_catalog.regexp_replace(
        pg_catalog.format_type(a.atttypid, a.atttypmod), '[(]\d+[)]', '')
      else pg_catalog.format_type(a.atttypid, a.atttypmod)
    end as type,
    t.bare_type,
    case
      when t.modifier <> 'length' or a.atttypmod = -1 then 2147483647
      when t.element in (1560, 1562) then a.atttypmod
      else a.atttypmod - 4
    end as length,
    case
      when t.modifier = 'numeric' and a.atttypmod >= 4 then
        (((a.atttypmod - 4) >> 16) & 65535) - ((((a.atttypmod - 4) & 2047) # 1024) - 1024)
      when t.modifier = 'time' then case a.atttypmod when -1 then 6 else a.atttypmod end
      when t.modifier = 'interval' then
        case when a.atttypmod = -1 or a.atttypmod & 65535 = 65535 then 6 else a.atttypmod & 65535 end
      else 2147483647
    end as digits,
    case
      when t.modifier = 'numeric' and a.atttypmod >= 4 then (((a.atttypmod - 4) & 2047) # 1024) - 1024
      else 2147483647
    end as scale,
    (a.attnotnull and unproven.conrelid is null) or t.domain_not_null as not_null,
    t.definition || case
      when a.attcollation in (0, 100, 950, 951) or o.collisdeterministic then ''
      else pg_catalog.format('collation %I.%I, nondeterministic', o.collnamespace::regnamespace, o.collname)
    end as definition,
    a.attacl as acl, c.relowner as owner
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join integratedb.type_shape() t on t.id = a.atttypid
  left join pg_catalog.pg_collation o on o.oid = a.attcollation
  left join (
    select k.conrelid, k.conkey[1] as number
    from pg_catalog.pg_constraint k
    where k.contype = 'n' and not k.convalidated
  ) unproven on unproven.conrelid = c.oid and unproven.number = a.attnum
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't'
$$;
