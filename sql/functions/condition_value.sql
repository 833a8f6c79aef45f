-- A value of a row condition as the column's type writes it, or why it is none of that type. The type is one that
-- integratedb.condition_type() knows; a domain counts as what it is made of, so that no check of a user runs here.
create or replace function integratedb.condition_value(value text, type_id oid, modifier integer)
returns table (text text, problem text)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set datestyle = 'ISO, MDY'
set timezone = 'UTC'
set intervalstyle = 'postgres'
as $$
declare
  general text := format_type(condition_value.type_id, -1);
  -- A bound may lie between what a numeric(10,2) holds; a text that is cut to fit would match what was never meant.
  exact text := case when condition_value.type_id in ('numeric'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) then general
    else format_type(condition_value.type_id, condition_value.modifier) end;
  fits boolean;
begin
  problem := null;
  if condition_value.type_id in ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)
    and condition_value.value !~ '^\s*\d{4}-\d\d?-\d\d?([T ][0-9:.]+)?\s*(Z|UTC|[+-]\d\d?(:?\d\d){0,2})?\s*$' then
    problem := 'is no date or time of the form 2026-01-31T12:00:00Z, in the years 1 to 9999';
  elsif condition_value.type_id = 'time'::regtype and condition_value.value !~ '^[0-9:.]+$' then
    problem := 'is no time of the form 12:00:00';
  elsif condition_value.type_id = 'numeric'::regtype and condition_value.value !~ '^\s*[+-]?(\d+[.]?\d*|[.]\d+)([eE][+-]?\d{1,3})?\s*$' then
    problem := 'is no number';
  else
    execute format('select format(''%%s'', $1::%s), ($1::%s) = ($1::%s)', exact, exact, general)
      into text, fits using condition_value.value;
    if not fits then
      problem := 'does not fit ' || exact || ', so that no row has it';
    end if;
  end if;
  if problem is not null then
    text := null;
  end if;
  return next;
exception when data_exception or invalid_parameter_value or program_limit_exceeded or character_not_in_repertoire or untranslatable_character then
  text := null;
  problem := 'is no ' || exact || ': ' || left(sqlerrm, 200);
  return next;
end
$$;
