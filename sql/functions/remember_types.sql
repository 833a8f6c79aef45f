-- Notes the definitions of claimed user types as seen, once every table with them has been looked at.
create or replace function integratedb.remember_types()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from integratedb.seen_type t where not exists (select from pg_type p where p.oid = t.id);
  update integratedb.seen_type t set definition = format_type(t.id, null) || ' ' || integratedb.type_definition(t.id)
  where t.definition <> format_type(t.id, null) || ' ' || integratedb.type_definition(t.id);
end
$$;
