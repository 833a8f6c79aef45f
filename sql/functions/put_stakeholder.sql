-- Makes a stakeholder, or repairs one: a group role without login that will hold its grants, and a schema of the same
-- name that it owns. name: ^[a-zA-Z_]\w{0,31}$, lower-cased (rule K14).
-- options: {"adopt": take over a role and schema of that name that are already there, "role": the name of a role to use,
-- "schema": the name of a schema to use}, which only the engine's owner may give; {"retire": whether a rotation closes the
-- previous login once every store holds the new one; not said, it stays as it is}. A role that this engine made for the
-- same stakeholder in another database of the cluster is joined.
-- Returns {"name", "role", "schema", "created": false if it was registered already}.
-- Errors: IDB3001 bad name, IDB3002 the role or IDB3003 the schema belongs to somebody else, IDB3010 no such role or
-- schema, IDB3011 bad options, IDB3007 not allowed.
create or replace function integratedb.put_stakeholder(name text, options jsonb default '{}')
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into integratedb.call default values;
  return integratedb.put_stakeholder_as_owner(name, options);
end
$$;
