-- The first way in which a column falls short of what is claimed, or null. What is claimed null is not claimed.
-- "At least" holds for lengths, integral digits and scale, so a widening passes; NOT NULL is stronger than nullable.
create or replace function integratedb.shape_problem(
  type text, length integer, digits integer, scale integer, not_null boolean, definition text,
  actual_type text, actual_bare_type text, actual_length integer, actual_digits integer, actual_scale integer,
  actual_not_null boolean, actual_definition text
)
returns text
language sql immutable
as $$
  select case
    when $7 is null then 'missing column'
    when $1 <> $7 and $1 <> $8 then 'type'
    when $2 > $9 then 'length'
    when $3 > $10 then 'precision'
    when $4 > $11 then 'scale'
    when $5 and not $12 then 'nullability'
    when $6 <> $13 then 'definition'
  end
$$;
