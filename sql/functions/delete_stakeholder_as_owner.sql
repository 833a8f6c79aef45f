-- integratedb.delete_stakeholder(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.delete_stakeholder_as_owner(name text, options jsonb)
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
  one integratedb.stakeholder;
  login_name name;
  dropped text[] := '{}';
  kept jsonb := '[]';
  old_relids oid[];
begin
  perform integratedb.authorize(delete_stakeholder_as_owner.name, caller);
  if (case when jsonb_typeof(options) = 'object'
    then coalesce(options - 'cascade' <> '{}' or jsonb_typeof(options -> 'cascade') <> 'boolean', false) else true end) then
    raise exception using errcode = 'P0001', message = 'unknown option, or a value of the wrong type: ' || coalesce(left(options::text, 200), 'null'),
      detail = 'IDB3011', hint = 'The only option is cascade (boolean).';
  end if;
  was_open := integratedb.lock_registry();
  select s.* into one from integratedb.stakeholder s where s.name = lower(delete_stakeholder_as_owner.name);
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
    kept := kept || integratedb.drop_role(login_name, one.role_name);
    if not exists (select from pg_roles r where r.rolname = login_name) then
      dropped := dropped || format('role %I', login_name);
    end if;
  end loop;
  if one.role_made then
    kept := kept || integratedb.drop_role(one.role_name, 'left_by_' || one.name);
    if not exists (select from pg_roles r where r.rolname = one.role_name) then
      dropped := dropped || format('role %I', one.role_name);
    end if;
  else
    kept := kept || jsonb_build_object('object', format('role %I', one.role_name), 'reason', 'it was there before');
    if exists (select from pg_namespace n where n.nspname = one.schema_name and n.nspowner <> one.role_name::regrole) then
      execute format('revoke all on schema %I from %I', one.schema_name, one.role_name);
    end if;
  end if;
  perform integratedb.drop_notifications_of(one.id);
  delete from integratedb.stakeholder s where s.id = one.id;
  perform integratedb.refuse_if_unmet(array(
    select t.claim_id from integratedb.claimed_table t where t.schema_name = one.schema_name));
  perform integratedb.settle_notifications('refuse');
  perform integratedb.end_change(was_open);
  return jsonb_build_object('dropped', dropped, 'kept', kept);
end
$$;
