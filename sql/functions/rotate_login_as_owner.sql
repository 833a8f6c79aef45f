-- integratedb.rotate_login(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.rotate_login_as_owner(stakeholder text, verifier text, current_login text)
returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  caller name := integratedb.take_call();
  was_open boolean;
  owner integratedb.stakeholder;
  in_use integratedb.login;
  idle text;
  login_name name;
begin
  perform integratedb.authorize(rotate_login_as_owner.stakeholder, caller);
  perform integratedb.require_verifier(verifier);
  was_open := integratedb.lock_registry();
  owner := integratedb.require_stakeholder(rotate_login_as_owner.stakeholder);

  select l.* into in_use
  from integratedb.login l
  where l.stakeholder_id = owner.id and (current_login is null and l.is_current or l.role_name = current_login);
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

  update integratedb.login l set is_current = false where l.stakeholder_id = owner.id;
  insert into integratedb.login (stakeholder_id, slot, role_name, is_current) values (owner.id, idle, login_name, true)
  on conflict (stakeholder_id, slot) do update set role_name = excluded.role_name, is_current = true, rotated_at = now();
  perform integratedb.end_change(was_open);
  return jsonb_build_object('username', login_name, 'previous', in_use.role_name);
end
$$;
