-- A name inside a path, in double quotes where a dot or a quote would make the path ambiguous.
create or replace function integratedb.path_text(name text)
returns text
language sql immutable
as $$
  select case when $1 ~ '[".]' then '"' || pg_catalog.replace($1, '"', '""') || '"' else $1 end
$$;
