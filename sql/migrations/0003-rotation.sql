-- Rotation: which credentials the logins of a stakeholder have, and which of them each secret store holds.

alter table integratedb.stakeholder
  add column last_version bigint not null default 0,
  add column retires boolean not null default false;
comment on column integratedb.stakeholder.last_version is
  'Credentials are numbered in the order of being made; a login that is dropped takes no number with it.';
comment on column integratedb.stakeholder.retires is 'Whether the login before the current one is closed once nothing needs it.';

alter table integratedb.login
  add column version bigint not null default 0,
  add column rotation jsonb,
  add column closed text check (closed in ('retired', 'revoked'));
comment on column integratedb.login.rotation is
  'What the program said that led to these credentials; null when nobody said anything.';

update integratedb.login set version = case when is_current then 2 else 1 end;
update integratedb.stakeholder s set last_version = 2 where exists (select from integratedb.login l where l.stakeholder_id = s.id);

create table integratedb.delivery (
  stakeholder_id integer not null references integratedb.stakeholder on delete cascade,
  store text not null check (length(store) between 1 and 64),
  entry text not null check (length(entry) between 1 and 2048),
  version bigint,
  delivered_at timestamptz,
  primary key (stakeholder_id, store, entry)
);
comment on table integratedb.delivery is
  'Entries of secret stores, and the version of the credentials that each holds; null before the first was written.';

-- It takes one more argument now, and would else be there twice.
drop function if exists integratedb.rotate_login(text, text, text);
drop function if exists integratedb.rotate_login_as_owner(text, text, text);

revoke all on integratedb.delivery from public;
