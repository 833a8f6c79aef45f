-- The columns of a GRANT or REVOKE, quoted, in parentheses; empty for the whole table.
create or replace function integratedb.column_list(columns name[])
returns text
language sql immutable
as $$
  select coalesce('(' || (select pg_catalog.string_agg(pg_catalog.quote_ident(c), ', ') from pg_catalog.unnest($1) c) || ')', '')
$$;
