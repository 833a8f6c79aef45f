-- integratedb.put_stakeholder(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.put_stakeholder_as_owner(name text, options jsonb)
returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
set quote_all_identifiers = off
as $$
declare
  caller name := integratedb.take_call();
  was_open boolean;
  wanted text := lower(put_stakeholder_as_owner.name);
  adopt boolean;
  one integratedb.stakeholder;
  created boolean;
begin
  perform integratedb.authorize(wanted, caller);
  perform integratedb.require_name(wanted);
  if jsonb_path_exists(case when jsonb_typeof(options) = 'object' then options else '{"not": "an object"}' end, '$.keyvalue() ? (!(
      (@.key == "adopt" || @.key == "retire") && @.value.type() == "boolean" || (@.key == "role" || @.key == "schema") && @.value.type() == "string"))') then
    raise exception using errcode = 'P0001', message = 'unknown option for a stakeholder, or a value of the wrong type: ' || coalesce(left(options::text, 200), 'null'),
      detail = 'IDB3011', hint = 'Options are adopt and retire (booleans), role and schema (strings).';
  end if;
  if options - 'retire' <> '{}' then
    perform integratedb.authorize(null, caller);
  end if;
  adopt := coalesce((options ->> 'adopt')::boolean, false);
  was_open := integratedb.lock_registry();

  select s.* into one from integratedb.stakeholder s where s.name = wanted;
  created := not found;
  if created then
    if exists (select from integratedb.stakeholder s where s.role_name = coalesce(options ->> 'role', wanted)) then
      raise exception using errcode = 'P0001', message = format('the role %s is another stakeholder''s', coalesce(options ->> 'role', wanted)),
        detail = 'IDB3002', hint = 'Use another role.';
    end if;
    insert into integratedb.stakeholder (name, role_name, role_made, schema_name, schema_made)
    values (wanted, coalesce(options ->> 'role', wanted), false, coalesce(options ->> 'schema', wanted), false)
    returning * into one;
    one.role_made := integratedb.obtain_role(one.role_name, options ? 'role', adopt, pg_has_role(caller, current_user, 'USAGE'));
    one.schema_made := integratedb.obtain_schema(one.schema_name, one.role_name, one.role_made, options ? 'schema', adopt);
  else
    if one.role_name <> coalesce(options ->> 'role', one.role_name) or one.schema_name <> coalesce(options ->> 'schema', one.schema_name) then
      raise exception using errcode = 'P0001',
        message = format('the stakeholder %s has the role %s and the schema %s already', wanted, one.role_name, one.schema_name),
        detail = 'IDB3011', hint = 'Delete the stakeholder first, or keep its role and schema.';
    end if;
    one.role_made := integratedb.obtain_role(one.role_name, not one.role_made, adopt, true);
    one.schema_made := integratedb.obtain_schema(one.schema_name, one.role_name, one.role_made, not one.schema_made, adopt);
    perform integratedb.repair_logins(one);
    perform integratedb.adjust(array[one.id], '{}', integratedb.granted_relids(array[one.role_name])
      || integratedb.claimed_relids(array(select k.id from integratedb.claim k where k.stakeholder_id = one.id)));
  end if;
  update integratedb.stakeholder s set role_made = one.role_made, schema_made = one.schema_made,
    retires = coalesce((options ->> 'retire')::boolean, s.retires)
  where s.id = one.id;
  if not has_database_privilege(one.role_name, current_database(), 'CONNECT') then
    execute format('grant connect on database %I to %I', current_database(), one.role_name);
  end if;
  perform integratedb.end_change(was_open);
  return jsonb_build_object('name', one.name, 'role', one.role_name, 'schema', one.schema_name, 'created', created);
end
$$;
