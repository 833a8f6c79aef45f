-- Makes a stakeholder, or repairs one: a group role without login that will hold its grants, and a schema of the same
-- name that it owns. name: ^[a-zA-Z_]\w{0,31}$, lower-cased (rule K14).
-- options: {"adopt": take over a role and schema of that name that are already there, "role": the name of a role to use,
-- "schema": the name of a schema to use}; only the engine's owner may give them. A role that this engine made for the
-- same stakeholder in another database of the cluster is joined.
-- Returns {"name", "role", "schema", "created": false if it was registered already}.
-- Errors: IDB3001 bad name, IDB3002 the role or IDB3003 the schema belongs to somebody else, IDB3010 no such role or
-- schema, IDB3011 bad options, IDB3007 not allowed.
create or replace function integratedb.put_stakeholder(name text, options jsonb default '{}')
returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  was_open boolean;
  wanted text := lower(put_stakeholder.name);
  adopt boolean;
  one integratedb.stakeholder;
  created boolean;
begin
  perform integratedb.authorize(wanted);
  perform integratedb.require_name(wanted);
  if jsonb_path_exists(options, '$.keyvalue() ? (!(
      @.key == "adopt" && @.value.type() == "boolean" || (@.key == "role" || @.key == "schema") && @.value.type() == "string"))')
    or jsonb_typeof(options) is distinct from 'object' then
    raise exception using errcode = 'P0001', message = 'unknown option for a stakeholder, or a value of the wrong type: ' || left(options::text, 200),
      detail = 'IDB3011', hint = 'Options are adopt (boolean), role and schema (strings).';
  end if;
  if options <> '{}' then
    perform integratedb.authorize(null);
  end if;
  adopt := coalesce((options ->> 'adopt')::boolean, false);
  was_open := integratedb.lock_registry();

  select s.* into one from integratedb.stakeholder s where s.name = wanted;
  created := not found;
  if created then
    insert into integratedb.stakeholder (name, role_name, role_made, schema_name, schema_made)
    values (wanted, coalesce(options ->> 'role', wanted), false, coalesce(options ->> 'schema', wanted), false)
    returning * into one;
    one.role_made := integratedb.obtain_role(one.role_name, options ? 'role', adopt);
    one.schema_made := integratedb.obtain_schema(one.schema_name, one.role_name, options ? 'schema', adopt);
    update integratedb.stakeholder s set role_made = one.role_made, schema_made = one.schema_made where s.id = one.id;
  else
    if one.role_name <> coalesce(options ->> 'role', one.role_name) or one.schema_name <> coalesce(options ->> 'schema', one.schema_name) then
      raise exception using errcode = 'P0001',
        message = format('the stakeholder %s has the role %s and the schema %s already', wanted, one.role_name, one.schema_name),
        detail = 'IDB3011', hint = 'Delete the stakeholder first, or keep its role and schema.';
    end if;
    perform integratedb.obtain_role(one.role_name, not one.role_made, one.role_made or adopt);
    perform integratedb.obtain_schema(one.schema_name, one.role_name, not one.schema_made, one.schema_made or adopt);
    perform integratedb.repair_logins(one);
    perform integratedb.adjust(array[one.id], '{}', integratedb.granted_relids(array[one.role_name])
      || integratedb.claimed_relids(array(select k.id from integratedb.claim k where k.stakeholder_id = one.id)));
  end if;
  if not has_database_privilege(one.role_name, current_database(), 'CONNECT') then
    execute format('grant connect on database %I to %I', current_database(), one.role_name);
  end if;
  perform integratedb.end_change(was_open);
  return jsonb_build_object('name', one.name, 'role', one.role_name, 'schema', one.schema_name, 'created', created);
end
$$;
