-- Glob match, * for any run of characters, everything else to the letter.
create or replace function integratedb.glob_matches(value text, pattern text)
returns boolean
language sql immutable
as $$
  select $1 like pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
    $2, E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_'), '*', '%')
$$;
