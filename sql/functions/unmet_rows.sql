-- Of checked tables and columns, those whose problem makes a claim unmet (rule K9): a claim needs each of its matches
-- that is not optional; a match needs one alternative; an alternative needs its table and each field that is not
-- optional; a field needs one alternative. Each table that a wildcard matched is needed by itself.
-- rows: an array of objects with the keys of the result; field is null for the row of a table itself.
create or replace function integratedb.unmet_rows(rows jsonb)
returns table (
  claim_id integer, match integer, alternative integer, schema_name text, table_name text, is_wildcard boolean,
  optional boolean, field integer, field_alternative integer, name text, field_optional boolean,
  all_columns boolean, problem text, expected text, actual text
)
language sql stable
as $$
  select
    m.claim_id, m.match, m.alternative, m.schema_name, m.table_name, m.is_wildcard, m.optional,
    m.field, m.field_alternative, m.name, m.field_optional, m.all_columns, m.problem, m.expected, m.actual
  from (
    select t.*, pg_catalog.bool_or(t.table_met) over (
      partition by t.claim_id, t.match, case when t.is_wildcard then t.table_name end) as match_met
    from (
      select f.*,
        not pg_catalog.bool_or(f.is_short) over alternative as table_met,
        pg_catalog.bool_or(f.field is null and f.problem like 'missing %') over alternative as table_missing
      from (
        select r.*, r.problem is not null and (r.field is null or not (r.field_optional or pg_catalog.bool_or(r.problem is null) over (
          partition by r.claim_id, r.match, r.alternative, r.schema_name, r.table_name, r.field,
            case when r.all_columns then r.name end))) as is_short
        from pg_catalog.jsonb_to_recordset($1) r(
          claim_id integer, match integer, alternative integer, schema_name text, table_name text, is_wildcard boolean,
          optional boolean, field integer, field_alternative integer, name text, field_optional boolean,
          all_columns boolean, problem text, expected text, actual text)
      ) f
      window alternative as (partition by f.claim_id, f.match, f.alternative, f.schema_name, f.table_name)
    ) t
  ) m
  where not m.optional and not m.match_met and m.is_short and (m.field is null or not m.table_missing)
$$;
