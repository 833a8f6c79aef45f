-- Grants every operator the functions that it may call; each of them judges for itself what the caller may touch.
create or replace function integratedb.grant_operators()
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  operator record;
begin
  for operator in
    select o.role_name from integratedb.operator o join pg_roles r on r.rolname = o.role_name
  loop
    execute format('grant usage on schema integratedb to %I', operator.role_name);
    execute format('grant select on integratedb.stakeholders, integratedb.claims, integratedb.claimed_columns, integratedb.installation, integratedb.operators, '
      'integratedb.notifications, integratedb.channels, integratedb.logins, integratedb.deliveries to %I', operator.role_name);
    execute format('grant insert on integratedb.call to %I', operator.role_name);
    execute format(
      'grant execute on function integratedb.preview(text, jsonb), integratedb.expand(jsonb), integratedb.drift(text), '
      'integratedb.get_policy(), integratedb.unmet_claims(integer), '
      -- The views call these with the rights of whoever reads them.
      'integratedb.path_text(text), integratedb.shape_text(text, integer, integer, integer), '
      'integratedb.put_stakeholder(text, jsonb), integratedb.put_stakeholder_as_owner(text, jsonb), '
      'integratedb.rename_stakeholder(text, text), integratedb.rename_stakeholder_as_owner(text, text), '
      'integratedb.delete_stakeholder(text, jsonb), integratedb.delete_stakeholder_as_owner(text, jsonb), '
      'integratedb.rotate_login(text, text, text, jsonb), integratedb.rotate_login_as_owner(text, text, text, jsonb), '
      'integratedb.preview_rotation(text, jsonb, jsonb), '
      'integratedb.put_delivery(text, text, text, bigint), integratedb.put_delivery_as_owner(text, text, text, bigint), '
      'integratedb.delete_delivery(text, text, text), integratedb.delete_delivery_as_owner(text, text, text), '
      'integratedb.retire_login(text, bigint), integratedb.retire_login_as_owner(text, bigint), '
      'integratedb.revoke_logins(text), integratedb.revoke_logins_as_owner(text), '
      'integratedb.end_sessions(text), integratedb.end_sessions_as_owner(text), '
      'integratedb.put_claim(text, text, jsonb), integratedb.put_claim_as_owner(text, text, jsonb), '
      'integratedb.delete_claim(text, text), integratedb.delete_claim_as_owner(text, text), '
      'integratedb.preview_notification(text, jsonb, jsonb), integratedb.channel_options(), integratedb.relay_key(), '
      'integratedb.put_notification(text, text, jsonb), integratedb.put_notification_as_owner(text, text, jsonb), '
      'integratedb.delete_notification(text, text), integratedb.delete_notification_as_owner(text, text) to %I', operator.role_name);
  end loop;
end
$$;
