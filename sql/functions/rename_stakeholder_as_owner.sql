-- integratedb.rename_stakeholder(), with the rights of the engine's owner, for whoever called it.
create or replace function integratedb.rename_stakeholder_as_owner(old text, new text)
returns jsonb
language plpgsql security definer
set search_path = pg_catalog, pg_temp
set jit = off
set quote_all_identifiers = off
as $$
declare
  caller name := integratedb.take_call();
  was_open boolean;
  one integratedb.stakeholder;
  wanted text := lower(rename_stakeholder_as_owner.new);
  login_name name;
begin
  perform integratedb.authorize(rename_stakeholder_as_owner.old, caller);
  perform integratedb.authorize(wanted, caller);
  perform integratedb.require_name(wanted);
  was_open := integratedb.lock_registry();
  one := integratedb.require_stakeholder(rename_stakeholder_as_owner.old);
  if one.name = wanted then
    return jsonb_build_object('name', one.name, 'role', one.role_name, 'schema', one.schema_name);
  end if;
  if exists (select from integratedb.stakeholder s where s.name = wanted)
    or one.role_made and exists (select from pg_roles r where r.rolname = wanted)
    or one.schema_made and exists (select from pg_namespace n where n.nspname = wanted) then
    raise exception using errcode = 'P0001', message = format('the name %s is taken', wanted), detail = 'IDB3009',
      hint = 'Choose another name.';
  end if;
  if one.role_made and exists (
    select from pg_shdepend d join pg_roles r on r.oid = d.refobjid
    where d.refclassid = 'pg_authid'::regclass and r.rolname = one.role_name
      and d.dbid not in (0, (select b.oid from pg_database b where b.datname = current_database()))) then
    raise exception using errcode = 'P0001', message = format('the role %s is used in another database too', one.role_name),
      detail = 'IDB3009', hint = 'Delete the stakeholder here and put one of the new name.';
  end if;

  for login_name in select l.role_name from integratedb.login l where l.stakeholder_id = one.id loop
    perform integratedb.drop_role(login_name, one.role_name);
  end loop;
  delete from integratedb.login l where l.stakeholder_id = one.id;
  if one.role_made then
    execute format('alter role %I rename to %I', one.role_name, wanted);
    one.role_name := wanted;
  end if;
  if one.schema_made then
    execute format('alter schema %I rename to %I', one.schema_name, wanted);
    one.schema_name := wanted;
  end if;
  update integratedb.stakeholder s set name = wanted, role_name = one.role_name, schema_name = one.schema_name where s.id = one.id;
  update integratedb.channel c set stakeholder = wanted
  from integratedb.notification n where n.id = c.notification_id and n.stakeholder_id = one.id;
  perform integratedb.refuse_if_forbidden(array(select k.id from integratedb.claim k where k.stakeholder_id = one.id));
  perform integratedb.refuse_if_unmet(array(
    select t.claim_id from integratedb.claimed_table t where t.schema_name = lower(rename_stakeholder_as_owner.old)));
  perform integratedb.sync_notifications_of(array[one.id]);
  perform integratedb.settle_notifications('refuse');
  perform integratedb.end_change(was_open);
  return jsonb_build_object('name', wanted, 'role', one.role_name, 'schema', one.schema_name);
end
$$;
