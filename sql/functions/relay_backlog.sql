-- What a relay has not delivered: `spooled`, events that wait in the spool for their receivers, and `unread`, changes of
-- tables with notifications that no relay has read from the slot. Conditions on rows are not looked at, so that it may
-- be fewer events. slot_name: of the slot, which nobody reads; one that is lost or not there has nothing unread.
-- The caller must be allowed to replicate. Errors: those of Postgres.
create or replace function integratedb.relay_backlog(slot_name text)
returns table (spooled bigint, unread bigint)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
  spooled := (select count(*) from integratedb.spool);
  unread := 0;
  if exists (select from pg_replication_slots s where s.slot_name = relay_backlog.slot_name and s.wal_status <> 'lost') then
    -- A message of pgoutput is the letter of its kind, then, for a row, the table's oid. The one that ends a transaction
    -- has the transaction's end as its position.
    with message as (
      select p.lsn, p.xid::text as xid, chr(get_byte(p.data, 0)) as kind, substr(p.data, 2, 4) as relation
      from pg_logical_slot_peek_binary_changes(relay_backlog.slot_name, null, null,
        'proto_version', '1', 'publication_names', 'integratedb,integratedb_insert') p
    )
    select count(*) into unread
    from message m
    join pg_class c on c.oid = ('x' || encode(m.relation, 'hex'))::bit(32)::bigint::oid
    join pg_namespace n on n.oid = c.relnamespace
    where m.kind in ('I', 'U', 'D')
      and exists (
        select from integratedb.route r
        where r.schema_name = n.nspname and r.table_name = c.relname and r.valid_to is null)
      and not exists (
        select from message e join integratedb.relay_position p on e.lsn <= p.lsn
        where e.kind = 'C' and e.xid = m.xid and p.slot_name = relay_backlog.slot_name);
  end if;
  return next;
end
$$;
