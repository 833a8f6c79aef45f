-- Drops a role that the engine made, with its rights here. What it owns goes to the heir, never to the engine's owner: a
-- function or a view of a stakeholder must not run with the rights of somebody mightier. A role that another database of
-- the cluster still needs stays, without its right to connect here.
-- Returns what was left behind: [{"object", "reason"}].
create or replace function integratedb.drop_role(role_name name, heir name)
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  role_id oid := (select r.oid from pg_roles r where r.rolname = drop_role.role_name);
  here oid := (select b.oid from pg_database b where b.datname = current_database());
  kept jsonb := '[]';
  others text;
begin
  if role_id is null then
    return kept;
  end if;
  perform integratedb.join_role(role_name);
  select string_agg(distinct b.datname, ', ') into others
  from pg_shdepend d join pg_database b on b.oid = d.dbid
  where d.refclassid = 'pg_authid'::regclass and d.refobjid = role_id and d.dbid <> here;
  if others is not null then
    execute format('revoke all on database %I from %I', current_database(), role_name);
    return jsonb_build_array(jsonb_build_object('object', format('role %I', role_name), 'reason', 'still used in database ' || others));
  end if;

  select coalesce(jsonb_agg(jsonb_build_object(
    'object', pg_describe_object(d.classid, d.objid, d.objsubid),
    'reason', format('%s owned it; it now belongs to %s', role_name, heir))), '[]') into kept
  from pg_shdepend d
  where d.refclassid = 'pg_authid'::regclass and d.refobjid = role_id and d.deptype = 'o' and d.dbid = here
    and d.classid <> 'pg_default_acl'::regclass;
  if kept <> '[]' then
    perform integratedb.obtain_heir(heir);
    execute format('reassign owned by %I to %I', role_name, heir);
  end if;
  execute format('drop owned by %I', role_name);
  execute format('drop role %I', role_name);
  return kept;
end
$$;
