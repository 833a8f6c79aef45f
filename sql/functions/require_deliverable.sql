-- Raises an error that tells every problem of a notification that is being put, if there is any.
-- outlook: what integratedb.judge_notification() returned. Errors: those of its problems.
create or replace function integratedb.require_deliverable(stakeholder text, notification text, outlook jsonb)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  problem jsonb := outlook -> 'problems' -> 0;
begin
  if problem is null then
    return;
  end if;
  raise exception using errcode = 'P0001',
    message = format('%s (notification %s): %s', stakeholder, notification, (
      select string_agg(case when starts_with(p ->> 'message', p ->> 'property') then '' else (p ->> 'property') || ': ' end || (p ->> 'message'), E'\n')
      from (select p from jsonb_array_elements(outlook -> 'problems') p limit 50) x)),
    detail = problem ->> 'code',
    hint = case problem ->> 'code'
      when 'IDB2102' then 'Claim it first, or leave it out of the notification.'
      when 'IDB2104' then coalesce(problem ->> 'expected', 'Give the table a primary key') || ' Or ask for INSERT and TRUNCATE only.'
      when 'IDB2105' then 'Give the stakeholder a permissive policy for SELECT USING (true), or leave the table out.'
      when 'IDB2107' then 'SELECT * FROM integratedb.channel_options() lists what channels take.'
      when 'IDB2110' then 'Declare a Relay, or call integratedb.set_relay_key().'
      else 'Correct the spec.'
    end;
end
$$;
