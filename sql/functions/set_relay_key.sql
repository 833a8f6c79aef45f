-- Sets the public key to which the secrets of channels are sealed. Secrets that were sealed to another key before have to
-- be put again, unless the relay has that key too. public_key: an X25519 public key, 32 raw bytes in base64url.
-- Errors: IDB2108 not such a key, IDB3007 not allowed.
create or replace function integratedb.set_relay_key(public_key text)
returns void
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  was_open boolean;
begin
  -- 32 bytes are 43 digits, of which the last has two bits to spare.
  if coalesce(set_relay_key.public_key !~ '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$', true) then
    raise exception using errcode = 'P0001', message = 'the key is not 32 bytes in base64url', detail = 'IDB2108',
      hint = 'Give the raw X25519 public key, in base64url without padding: 43 characters.';
  end if;
  was_open := integratedb.lock_registry();
  insert into integratedb.relay_public_key (public_key) values (set_relay_key.public_key)
  on conflict (singleton) do update set public_key = excluded.public_key, set_at = now()
  where relay_public_key.public_key <> excluded.public_key;
  perform integratedb.end_change(was_open);
end
$$;
