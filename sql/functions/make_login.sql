-- Makes a login of a stakeholder under the first free of the names <stakeholder>_a, _b, …: another database of the
-- cluster may have logins of its own for the same stakeholder. Returns its name.
create or replace function integratedb.make_login(stakeholder text, role_name name)
returns name
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  letter text;
begin
  foreach letter in array regexp_split_to_array('abcdefghijklmnopqrstuvwxyz', '') loop
    continue when exists (select from pg_roles r where r.rolname = stakeholder || '_' || letter)
      or exists (select from integratedb.login l where l.role_name = stakeholder || '_' || letter);
    begin
      execute format('create role %I login in role %I', stakeholder || '_' || letter, role_name);
      execute format('comment on role %I is %L', stakeholder || '_' || letter, 'Made by integratedb: a login of the stakeholder ' || stakeholder);
      return stakeholder || '_' || letter;
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
  raise exception using errcode = 'P0001',
    message = format('the names %s_a to %s_z are all taken', stakeholder, stakeholder), detail = 'IDB3004',
    hint = 'Drop or rename roles that are not used.';
end
$$;
