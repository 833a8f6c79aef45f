-- What the next `up` would do to the credentials of a stakeholder. Changes nothing.
-- rotation: what the program says: a string, which makes new credentials due when it is another one than before;
-- {"every": "30d"} (s, m, h, d or w), which makes them due when the newest are older; or null.
-- before: what the program said before, in case that the registry does not know.
-- Returns null for a stakeholder that is not registered, else {"login", "version": of the newest credentials, "due": what
-- is due and why, or null, "rotates": whether that makes new credentials}. Errors: IDB3007.
create or replace function integratedb.preview_rotation(stakeholder text, rotation jsonb, before jsonb default null)
returns jsonb
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  owner integratedb.stakeholder;
  newest integratedb.login;
  other integratedb.login;
  due text;
  due_at timestamptz;
begin
  perform integratedb.authorize(preview_rotation.stakeholder, integratedb.caller());
  select s.* into owner from integratedb.stakeholder s where s.name = lower(preview_rotation.stakeholder);
  if not found then
    return null;
  end if;
  select l.* into newest from integratedb.login l where l.stakeholder_id = owner.id order by l.version desc limit 1;
  select l.* into other from integratedb.login l where l.stakeholder_id = owner.id and l.slot <> newest.slot;
  due_at := newest.rotated_at + integratedb.period(rotation ->> 'every');
  due := case
    when newest.role_name is null then 'there is no login'
    when newest.closed = 'revoked' then 'the logins were revoked'
    when not integratedb.is_open(newest) then format('the login %s cannot log in', newest.role_name)
    when jsonb_typeof(rotation) = 'string' and rotation is distinct from coalesce(newest.rotation, before) then format('to %s', rotation)
    when due_at <= now() then format('since %s UTC (every %s)', to_char(due_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), rotation ->> 'every')
  end;
  if due is not null then
    return jsonb_build_object('login', newest.role_name, 'version', newest.version, 'rotates', true, 'due', due
      || case when newest.is_current or not integratedb.is_open(newest) then ''
        else format(', once the rotation before has reached %s', array_to_string(integratedb.waits_for(owner.id), ', ')) end);
  end if;
  return jsonb_build_object('login', newest.role_name, 'version', newest.version, 'rotates', false, 'due', case
    when owner.retires and newest.is_current and integratedb.is_open(other) then format('the login %s retires', other.role_name)
    when other.closed is not null and exists (select from integratedb.sessions_of(other.role_name))
      then format('the login %s is closed, and its sessions are not', other.role_name)
  end);
end
$$;
