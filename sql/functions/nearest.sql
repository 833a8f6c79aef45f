-- The candidate most like a name that does not exist ("did you mean"), by shared pairs of letters; null if none is near.
create or replace function integratedb.nearest(wanted text, candidates text[])
returns text
language sql immutable
as $$
  select c.name
  from pg_catalog.unnest($2) c(name)
  cross join lateral (
    select 2.0 * pg_catalog.count(distinct a.pair) / (pg_catalog.length($1) + pg_catalog.length(c.name) + 2) as score
    from (
      select pg_catalog.substr(' ' || pg_catalog.lower($1) || ' ', i, 2) as pair
      from pg_catalog.generate_series(1, pg_catalog.length($1) + 1) i
    ) a
    join (
      select pg_catalog.substr(' ' || pg_catalog.lower(c.name) || ' ', i, 2) as pair
      from pg_catalog.generate_series(1, pg_catalog.length(c.name) + 1) i
    ) b on b.pair = a.pair
  ) similarity
  where similarity.score >= 0.4 and c.name <> $1
  order by similarity.score desc, c.name
  limit 1
$$;
