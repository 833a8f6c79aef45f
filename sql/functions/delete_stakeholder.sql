-- Deletes a stakeholder with its claims, logins and role. Its schema is dropped if empty, or with {"cascade": true};
-- else it stays, with what it holds, and belongs to the engine's owner. A role that was there before, or that another
-- database of the cluster still needs, stays too.
-- Returns {"dropped": [text], "kept": [{"object", "reason"}]}. Errors: IDB3007 not allowed,
-- IDB3011 unknown option.
create or replace function integratedb.delete_stakeholder(name text, options jsonb default '{}')
returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  was_open boolean;
  one integratedb.stakeholder;
  login_name name;
  dropped text[] := '{}';
  kept jsonb := '[]';
  old_relids oid[];
begin
  perform integratedb.authorize(delete_stakeholder.name);
  if coalesce(options - 'cascade' <> '{}' or jsonb_typeof(options -> 'cascade') <> 'boolean', false) then
    raise exception using errcode = 'P0001', message = 'unknown option, or a value of the wrong type: ' || left(options::text, 200),
      detail = 'IDB3011', hint = 'The only option is cascade (boolean).';
  end if;
  was_open := integratedb.lock_registry();
  select s.* into one from integratedb.stakeholder s where s.name = lower(delete_stakeholder.name);
  if not found then
    return jsonb_build_object('dropped', dropped, 'kept', kept);
  end if;

  old_relids := integratedb.claimed_relids(array(select k.id from integratedb.claim k where k.stakeholder_id = one.id));
  delete from integratedb.claim k where k.stakeholder_id = one.id;
  perform integratedb.adjust(array[one.id], '{}', old_relids);

  if one.schema_made and exists (select from pg_namespace n where n.nspname = one.schema_name) then
    begin
      execute format('drop schema %I %s', one.schema_name, case when (options ->> 'cascade')::boolean then 'cascade' else 'restrict' end);
      dropped := dropped || format('schema %I', one.schema_name);
    exception when dependent_objects_still_exist then
      kept := kept || jsonb_build_object('object', format('schema %I', one.schema_name), 'reason', 'it is not empty');
    end;
  end if;
  for login_name in select l.role_name from integratedb.login l where l.stakeholder_id = one.id order by l.slot loop
    kept := kept || integratedb.drop_role(login_name);
    if not exists (select from pg_roles r where r.rolname = login_name) then
      dropped := dropped || format('role %I', login_name);
    end if;
  end loop;
  if one.role_made then
    kept := kept || integratedb.drop_role(one.role_name);
    if not exists (select from pg_roles r where r.rolname = one.role_name) then
      dropped := dropped || format('role %I', one.role_name);
    end if;
  else
    kept := kept || jsonb_build_object('object', format('role %I', one.role_name), 'reason', 'it was there before');
  end if;
  delete from integratedb.stakeholder s where s.id = one.id;
  perform integratedb.end_change(was_open);
  return jsonb_build_object('dropped', dropped, 'kept', kept);
end
$$;
