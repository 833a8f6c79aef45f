-- Records the flip of a rotation: the login that all stores hold becomes the current one, or the newest where there is no
-- store. If the stakeholder retires logins, and stores have proved that they need it no more, the other one is closed.
create or replace function integratedb.settle_rotation(stakeholder_id integer)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  held bigint[] := array(select distinct d.version from integratedb.delivery d where d.stakeholder_id = settle_rotation.stakeholder_id);
  wanted integratedb.login;
begin
  select l.* into wanted
  from integratedb.login l
  where l.stakeholder_id = settle_rotation.stakeholder_id and (held = '{}' or held = array[l.version])
  order by l.version desc
  limit 1;
  if wanted.role_name is null then
    return;
  end if;
  update integratedb.login l set is_current = l.slot = wanted.slot
  where l.stakeholder_id = settle_rotation.stakeholder_id and l.is_current is distinct from (l.slot = wanted.slot);
  if held <> '{}' and (select s.retires from integratedb.stakeholder s where s.id = settle_rotation.stakeholder_id) then
    perform integratedb.close_previous(settle_rotation.stakeholder_id);
  end if;
end
$$;
