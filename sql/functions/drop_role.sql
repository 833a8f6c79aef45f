-- Drops a role that the engine made. What it owns here goes to the engine's owner, its rights here end. Returns what
-- was left behind: [{"object", "reason"}].
create or replace function integratedb.drop_role(role_name name)
returns jsonb
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  role_id oid := (select r.oid from pg_roles r where r.rolname = drop_role.role_name);
  kept jsonb;
  others text;
begin
  if role_id is null then
    return '[]';
  end if;
  perform integratedb.join_role(role_name);
  select coalesce(jsonb_agg(jsonb_build_object(
    'object', pg_describe_object(d.classid, d.objid, d.objsubid),
    'reason', format('%s owned it; it now belongs to %s', role_name, current_user))), '[]') into kept
  from pg_shdepend d
  where d.refclassid = 'pg_authid'::regclass and d.refobjid = role_id and d.deptype = 'o'
    and d.dbid = (select b.oid from pg_database b where b.datname = current_database());
  execute format('reassign owned by %I to %I', role_name, current_user);
  execute format('drop owned by %I', role_name);

  select string_agg(distinct b.datname, ', ') into others
  from pg_shdepend d join pg_database b on b.oid = d.dbid
  where d.refclassid = 'pg_authid'::regclass and d.refobjid = role_id;
  if others is not null then
    return kept || jsonb_build_object('object', format('role %I', role_name), 'reason', 'still used in database ' || others);
  end if;
  execute format('drop role %I', role_name);
  return kept;
end
$$;
