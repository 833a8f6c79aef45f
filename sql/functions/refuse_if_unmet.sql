-- Raises an error that tells every way in which the given claims are unmet, if they are.
-- max_reported bounds the lines of the message; null for 50. Errors: IDB2001.
create or replace function integratedb.refuse_if_unmet(claim_ids integer[], max_reported integer default null)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
  lines integer := greatest(coalesce(max_reported, 50), 1);
  told text;
  total integer;
begin
  select string_agg(m.message, E'\n' order by m.line) filter (where m.line <= lines), count(*)
  into told, total
  from (
    select row_number() over () as line,
      integratedb.unmet_text(u.stakeholder, u.claim, u.path, u.field, u.problem, u.expected, u.actual) as message
    from integratedb.unmet(claim_ids) u
  ) m;
  if total > 0 then
    raise exception using errcode = 'P0001',
      message = told || case when total > lines then format(E'\n… and %s more', total - lines) else '' end,
      detail = 'IDB2001',
      hint = 'Keep what is claimed, or have the stakeholder change its claim first. SELECT * FROM integratedb_unmet_claims() lists everything.';
  end if;
end
$$;
