-- Refuses what is not a SCRAM-SHA-256 verifier: above all a password, which would stand in the server's log.
-- Errors: IDB3005.
create or replace function integratedb.require_verifier(verifier text)
returns void
language plpgsql immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  if coalesce(verifier !~ '^SCRAM-SHA-256\$\d{1,8}:[A-Za-z0-9+/]+={0,2}\$[A-Za-z0-9+/]+={0,2}:[A-Za-z0-9+/]+={0,2}$', true) then
    raise exception using errcode = 'P0001', message = 'the verifier is not a SCRAM-SHA-256 verifier', detail = 'IDB3005',
      hint = 'Compute SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key> on the client; never send a password.';
  end if;
end
$$;
