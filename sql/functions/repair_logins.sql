-- Makes the logins of a stakeholder members of its role again, where that was taken from them.
create or replace function integratedb.repair_logins(owner integratedb.stakeholder)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  login_name name;
begin
  for login_name in
    select l.role_name
    from integratedb.login l
    join pg_roles r on r.rolname = l.role_name
    where l.stakeholder_id = owner.id and not pg_has_role(r.oid, owner.role_name, 'USAGE')
  loop
    execute format('grant %I to %I', owner.role_name, login_name);
  end loop;
end
$$;
