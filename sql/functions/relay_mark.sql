-- The comment by which the logins are known that the engine made for relays.
create or replace function integratedb.relay_mark()
returns text
language sql immutable
as $$
  select 'Made by integratedb for a relay.'
$$;
