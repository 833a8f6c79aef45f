-- Whether policy lets the stakeholder claim the column (null: the table). A denial wins; once any allow rule exists,
-- only what one matches may be claimed; a sensitive column must be named. stakeholder: null asks nobody's leave.
create or replace function integratedb.permits(
  stakeholder text, schema_name name, table_name name, column_name name, is_named boolean
)
returns boolean
language sql stable
as $$
  select $1 is null or not exists (
    select from integratedb.policy_rule r
    where (r.effect = 'deny' or (r.effect = 'sensitive' and not $5))
      and integratedb.glob_matches($1, r.stakeholder)
      and integratedb.glob_matches($2 || '.' || $3, r.path)
      and case when $4 is null then r.column_name = '*' else integratedb.glob_matches($4, r.column_name) end
  ) and (
    not exists (select from integratedb.policy_rule r where r.effect = 'allow')
    or exists (
      select from integratedb.policy_rule r
      where r.effect = 'allow'
        and integratedb.glob_matches($1, r.stakeholder)
        and integratedb.glob_matches($2 || '.' || $3, r.path)
        and ($4 is null or integratedb.glob_matches($4, r.column_name))
    )
  )
$$;
