-- The comment by which every database of a cluster knows the roles that the engine made for stakeholders.
create or replace function integratedb.role_mark()
returns text
language sql immutable
as $$
  select 'Made by integratedb for a stakeholder; holds what it claims.'
$$;
