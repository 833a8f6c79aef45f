-- Notifications: who is told of which changes, and what the relay that tells them keeps here.

create table integratedb.notification (
  id integer generated always as identity primary key,
  stakeholder_id integer not null references integratedb.stakeholder on delete cascade,
  name text not null check (length(name) between 1 and 128),
  spec jsonb not null,
  follows_schema boolean not null,
  is_met boolean not null default true,
  put_at timestamptz not null default now(),
  unique (stakeholder_id, name)
);
comment on column integratedb.notification.follows_schema is 'Whether a match is of the form schema.*, so that tables can come to it.';
comment on column integratedb.notification.is_met is
  'False when the last look found that a part of it cannot be delivered: then every validation looks at it again.';

create table integratedb.channel (
  id integer generated always as identity primary key,
  notification_id integer references integratedb.notification on delete set null,
  stakeholder text not null,
  notification text not null,
  name text not null,
  type text not null,
  config jsonb not null,
  retired boolean not null default false,
  retired_at bigint,
  unique (notification_id, name)
);
comment on column integratedb.channel.retired_at is
  'Revision of the routes from which on a retired channel gets nothing: a relay that has not come that far may still have changes for it.';
comment on column integratedb.channel.stakeholder is 'Here too, since a retired channel outlives its notification.';
comment on table integratedb.channel is
  'Where the events of a notification go. The id stays while the notification has a channel of that name; one that goes is retired, until the relay has delivered what was committed before, and deletes it.';
-- The relay may delete what is retired and nothing else; the owner of the table is not bound by policies.
alter table integratedb.channel enable row level security;
create policy everything_is_seen on integratedb.channel for select using (true);
create policy retired_channels_go on integratedb.channel for delete using (retired);

create table integratedb.route (
  id bigint generated always as identity primary key,
  channel_id integer not null references integratedb.channel on delete cascade,
  notification_id integer not null,
  stakeholder text not null,
  notification text not null,
  channel text not null,
  type text not null,
  config jsonb not null,
  match integer not null,
  schema_name name not null,
  table_name name not null,
  events text[] not null,
  columns name[] not null,
  condition jsonb,
  valid_from bigint not null,
  valid_to bigint
);
comment on table integratedb.route is
  'That a channel gets the changes of a table, from the revision valid_from on and before valid_to (null: still).';
create index on integratedb.route (channel_id);
create index on integratedb.route (notification_id) where valid_to is null;
create index on integratedb.route (table_name, schema_name) where valid_to is null;
create index on integratedb.route (valid_to) where valid_to is not null;

create table integratedb.routing (
  singleton boolean primary key default true check (singleton),
  revision bigint not null default 0
);
comment on table integratedb.routing is
  'The revision of the routes: one row, published, so that the relay reads in the stream where a change of the routes stands.';
insert into integratedb.routing default values;

create table integratedb.notified_table (
  schema_name name not null,
  table_name name not null,
  fingerprint text,
  row_filter text,
  stored_filter text,
  primary key (schema_name, table_name)
);
comment on table integratedb.notified_table is
  'The tables of notifications, with what mattered of each when its notifications were last looked at; null: look again.';
comment on column integratedb.notified_table.row_filter is
  'The filter of its publication as it was given, beside which stored_filter is how Postgres wrote it.';

create table integratedb.relay_public_key (
  singleton boolean primary key default true check (singleton),
  public_key text not null,
  set_at timestamptz not null default now()
);
comment on table integratedb.relay_public_key is 'The X25519 key, 32 raw bytes in base64url, to which the secrets of channels are sealed.';

create table integratedb.relay_role (
  role_name name primary key
);
comment on table integratedb.relay_role is 'Database roles with which a relay connects.';

create table integratedb.relay_position (
  slot_name text primary key,
  lsn pg_lsn not null,
  revision bigint not null,
  gap jsonb
);
comment on table integratedb.relay_position is
  'How far each slot was confirmed, and the revision of the routes as of there. Without its row, a new slot may be made.';

create table integratedb.lane (
  channel_id integer primary key references integratedb.channel on delete cascade,
  accepted_lsn pg_lsn,
  accepted_index bigint,
  state text,
  last_error text,
  last_error_at timestamptz,
  delivered bigint not null default 0,
  updated_at timestamptz
);
comment on table integratedb.lane is
  'How a channel fares; everything up to accepted_lsn and accepted_index is delivered or in the spool.';

create table integratedb.spool (
  channel_id integer not null references integratedb.channel on delete cascade,
  lsn pg_lsn not null,
  index bigint not null,
  key text not null,
  event text not null,
  primary key (channel_id, lsn, index)
);
comment on table integratedb.spool is 'Events that wait for a channel that is full or failing.';

create table integratedb.dead_letter (
  id bigint generated always as identity primary key,
  channel_id integer not null references integratedb.channel on delete cascade,
  lsn pg_lsn not null,
  index bigint not null,
  key text not null,
  event text not null,
  reason text not null,
  tries jsonb not null default '[]',
  died_at timestamptz not null default now(),
  redriven boolean not null default false
);
create index on integratedb.dead_letter (channel_id, id);
comment on table integratedb.dead_letter is 'Events that a channel refused for good, or did not take in time.';

create table integratedb.socket_event (
  channel_id integer not null references integratedb.channel on delete cascade,
  lsn pg_lsn not null,
  index bigint not null,
  event text not null,
  stored_at timestamptz not null default now(),
  seq bigint not null generated always as identity,
  primary key (channel_id, lsn, index)
);
create index on integratedb.socket_event (channel_id, seq);
comment on table integratedb.socket_event is
  'What socket channels keep, so that a receiver can resume; read in the order of seq, in which an event that was given up and sent again comes last.';

revoke all on all tables in schema integratedb from public;
