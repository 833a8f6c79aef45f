-- The public key to which the secrets of channels are to be sealed; null before `integratedb.set_relay_key()`.
create or replace function integratedb.relay_key()
returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
  select k.public_key from integratedb.relay_public_key k
$$;
