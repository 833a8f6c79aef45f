-- A shape as people write it: varchar(20), numeric(10,2), timestamptz(3), varchar(20)[].
create or replace function integratedb.shape_text(type text, length integer, digits integer, scale integer)
returns text
language sql immutable
as $$
  select pg_catalog.regexp_replace(
    case
      when $1 like 'character varying%' then 'varchar' || pg_catalog.substr($1, 18)
      when $1 like 'bit varying%' then 'varbit' || pg_catalog.substr($1, 12)
      when $1 like 'character%' then 'char' || pg_catalog.substr($1, 10)
      when $1 like 'timestamp with time zone%' then 'timestamptz' || pg_catalog.substr($1, 25)
      when $1 like 'timestamp without time zone%' then 'timestamp' || pg_catalog.substr($1, 28)
      when $1 like 'time with time zone%' then 'timetz' || pg_catalog.substr($1, 20)
      when $1 like 'time without time zone%' then 'time' || pg_catalog.substr($1, 23)
      else $1
    end,
    '(\[\])?$',
    case
      when $1 ~ '^(bit|character)' and $2 < 2147483647 then '(' || $2 || ')'
      when $1 ~ '^numeric' and $3 < 2147483647 then '(' || ($3 + coalesce($4, 0)) || ',' || coalesce($4, 0) || ')'
      when $1 ~ '^(time|interval)' and $3 < 6 then '(' || $3 || ')'
      else ''
    end || '\1')
$$;
