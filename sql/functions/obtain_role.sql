-- The group role of a stakeholder: joined if this engine made it here or in another database, taken over if adopt says
-- so, made if it is not there. may_join: whether to join one that another database uses, which gives what it reads there.
-- must_exist: the role was named by the program. Returns whether the engine made it.
create or replace function integratedb.obtain_role(role_name name, must_exist boolean, adopt boolean, may_join boolean)
returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  role_id oid;
  privileged boolean;
begin
  select r.oid, r.rolsuper or r.rolcreaterole or r.rolreplication or r.rolbypassrls or r.rolname ~ '^pg_' or r.rolname = current_user
  into role_id, privileged
  from pg_roles r where r.rolname = obtain_role.role_name;
  if not found and must_exist then
    raise exception using errcode = 'P0001', message = format('there is no role %s', role_name), detail = 'IDB3010',
      hint = format('CREATE ROLE %I;', role_name);
  elsif not found then
    begin
      execute format('create role %I nologin', role_name);
      execute format('comment on role %I is %L', role_name, integratedb.role_mark());
    exception when duplicate_object or unique_violation then
      return integratedb.obtain_role(role_name, must_exist, adopt, may_join);
    end;
    perform integratedb.join_role(role_name);
    return true;
  elsif shobj_description(role_id, 'pg_authid') = integratedb.role_mark() and not privileged then
    if not may_join and exists (
      select from pg_shdepend d join pg_database b on b.oid = d.dbid
      where d.refclassid = 'pg_authid'::regclass and d.refobjid = role_id and b.datname <> current_database()) then
      raise exception using errcode = 'P0001',
        message = format('the stakeholder %s exists in another database of the cluster', role_name), detail = 'IDB3002',
        hint = 'Have the engine''s owner put it here once.';
    end if;
    perform integratedb.join_role(role_name);
    return true;
  elsif not (must_exist or adopt) or privileged then
    raise exception using errcode = 'P0001',
      message = format('the role %s exists and %s', role_name,
        case when privileged then 'has rights that a stakeholder must not have' else 'was not made for a stakeholder' end),
      detail = 'IDB3002',
      hint = 'Choose another name' || case when privileged then '.' else ', or take the role over with the option adopt.' end;
  end if;
  perform integratedb.join_role(role_name);
  return false;
end
$$;
