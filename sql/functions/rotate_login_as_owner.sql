-- integratedb.rotate_login(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.rotate_login_as_owner(stakeholder text, verifier text, current_login text, options jsonb)
returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  caller name := integratedb.take_call();
  was_open boolean;
  owner integratedb.stakeholder;
  newest integratedb.login;
  in_use integratedb.login;
  idle text;
  login_name name;
  is_delivered boolean;
begin
  perform integratedb.authorize(rotate_login_as_owner.stakeholder, caller);
  perform integratedb.require_verifier(verifier);
  if (case when jsonb_typeof(options) = 'object'
    then options - array['version', 'rotation'] <> '{}' or coalesce(jsonb_typeof(options -> 'version'), 'number') <> 'number' else true end) then
    raise exception using errcode = 'P0001', message = 'unknown option, or a value of the wrong type: ' || coalesce(left(options::text, 200), 'null'),
      detail = 'IDB3011', hint = 'Options are version (number) and rotation.';
  end if;
  was_open := integratedb.lock_registry();
  owner := integratedb.lock_stakeholder(rotate_login_as_owner.stakeholder);
  is_delivered := exists (select from integratedb.delivery d where d.stakeholder_id = owner.id);

  select l.* into newest from integratedb.login l where l.stakeholder_id = owner.id order by l.version desc limit 1;
  if not newest.is_current and newest.role_name = current_login
    and coalesce((options ->> 'version')::bigint, newest.version) = newest.version and integratedb.is_open(newest) then
    perform integratedb.end_change(was_open);
    return jsonb_build_object('username', newest.role_name, 'version', newest.version, 'rotated', false, 'waits_for', integratedb.waits_for(owner.id),
      'previous', (select l.role_name from integratedb.login l where l.stakeholder_id = owner.id and l.is_current));
  end if;

  -- What stores hold is what the registry has as current; without any, only the caller knows.
  select l.* into in_use
  from integratedb.login l
  where l.stakeholder_id = owner.id and (l.is_current or not is_delivered and l.role_name = current_login)
  order by l.role_name = current_login and not is_delivered desc nulls last
  limit 1;
  idle := case in_use.slot when 'a' then 'b' else 'a' end;
  select l.role_name into login_name from integratedb.login l where l.stakeholder_id = owner.id and l.slot = idle;
  if not exists (select from pg_roles r where r.rolname = login_name) then
    delete from integratedb.login l where l.stakeholder_id = owner.id and l.slot = idle;
    login_name := integratedb.make_login(owner.name, owner.role_name);
  end if;
  execute format('alter role %I login valid until ''infinity'' password %L', login_name, verifier);
  -- What one login makes in the stakeholder's schema must stay usable when the application changes to the other.
  perform integratedb.join_role(login_name);
  execute format('alter default privileges for role %I in schema %I grant all on tables to %I', login_name, owner.schema_name, owner.role_name);
  execute format('alter default privileges for role %I in schema %I grant all on sequences to %I', login_name, owner.schema_name, owner.role_name);
  execute format('alter role %I in database %I set search_path = %I, public', login_name, current_database(), owner.schema_name);

  update integratedb.stakeholder s set last_version = s.last_version + 1 where s.id = owner.id returning s.* into owner;
  insert into integratedb.login (stakeholder_id, slot, role_name, is_current, version, rotation)
  values (owner.id, idle, login_name, in_use.role_name is null, owner.last_version, options -> 'rotation')
  on conflict (stakeholder_id, slot) do update set role_name = excluded.role_name, is_current = excluded.is_current,
    version = excluded.version, rotation = excluded.rotation, rotated_at = now(), closed = null;
  perform integratedb.settle_rotation(owner.id);
  perform integratedb.end_change(was_open);
  return jsonb_build_object('username', login_name, 'version', owner.last_version, 'previous', in_use.role_name, 'rotated', true,
    'waits_for', integratedb.waits_for(owner.id));
end
$$;
