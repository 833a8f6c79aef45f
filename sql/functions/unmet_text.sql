-- An unmet claim as a sentence for the author of the migration.
create or replace function integratedb.unmet_text(
  stakeholder text, claim text, path text, field text, problem text, expected text, actual text
)
returns text
language sql immutable
as $$
  select pg_catalog.format('%s (claim %s) needs %s%s', $1, $2, $3, coalesce('.' || integratedb.path_text($4), '')) || case $5
    when 'missing schema' then ': this migration drops or renames the schema'
    when 'missing table' then ': this migration drops or renames it'
    when 'missing column' then coalesce(' ' || $6, '') || ': this migration drops it'
    when 'nullability' then ' not null: this migration makes it nullable'
    when 'definition' then pg_catalog.format(' as %s: this migration makes it %s', $6, coalesce(nullif($7, ''), 'another type'))
    when 'view rights' then ': the view may not read what it is made of, as its owner or, with security_invoker, as the reader'
    when 'row security' then ': row level security leaves it no row to read'
    else pg_catalog.format(' %s: this migration makes it %s', $6, $7)
  end
$$;
