-- The registry: who claims what. Names are stored as names, not as OIDs, so that a dump restores elsewhere.

create table integratedb.engine (
  singleton boolean primary key default true check (singleton),
  version text not null,
  checksum text not null,
  enforce text not null default 'validate' check (enforce in ('validate', 'commit')),
  installed_at timestamptz not null default now(),
  upgraded_at timestamptz not null default now()
);
comment on table integratedb.engine is 'What is installed here: one row.';

create table integratedb.revision (
  singleton boolean primary key default true check (singleton),
  number bigint not null default 0
);
comment on table integratedb.revision is
  'Every change of the registry bumps this row, so that a REPEATABLE READ migration with an older snapshot fails with 40001.';
insert into integratedb.revision default values;

create table integratedb.stakeholder (
  id integer generated always as identity primary key,
  name text not null unique check (name ~ '^[a-z_][a-z0-9_]{0,31}$'),
  role_name name not null unique,
  role_made boolean not null,
  schema_name name not null,
  schema_made boolean not null,
  created_at timestamptz not null default now()
);
comment on column integratedb.stakeholder.role_made is 'False when the role was there before: it is then never dropped.';

create table integratedb.login (
  stakeholder_id integer not null references integratedb.stakeholder on delete cascade,
  slot text not null check (slot in ('a', 'b')),
  role_name name not null unique,
  is_current boolean not null,
  rotated_at timestamptz not null default now(),
  primary key (stakeholder_id, slot)
);

create table integratedb.claim (
  id integer generated always as identity primary key,
  stakeholder_id integer not null references integratedb.stakeholder on delete cascade,
  name text not null check (length(name) between 1 and 128),
  spec jsonb not null,
  is_met boolean not null default true,
  put_at timestamptz not null default now(),
  unique (stakeholder_id, name)
);
comment on column integratedb.claim.is_met is
  'False when the last look found it unmet, without a migration to refuse: then every validation looks at it again.';

create table integratedb.claimed_schema (
  claim_id integer not null references integratedb.claim on delete cascade,
  match integer not null,
  schema_name name not null,
  optional boolean not null,
  primary key (claim_id, match)
);
comment on table integratedb.claimed_schema is 'Matches of the form schema.*: each table of the schema is claimed.';

create table integratedb.claimed_table (
  id integer generated always as identity primary key,
  claim_id integer not null references integratedb.claim on delete cascade,
  match integer not null,
  alternative integer not null,
  schema_name name not null,
  table_name name not null,
  optional boolean not null,
  from_wildcard boolean not null,
  all_columns boolean not null,
  unique (claim_id, match, alternative, schema_name, table_name)
);
create index on integratedb.claimed_table (table_name, schema_name);

create table integratedb.claimed_column (
  table_id integer not null references integratedb.claimed_table on delete cascade,
  field integer not null,
  field_alternative integer not null,
  name name not null,
  optional boolean not null,
  from_wildcard boolean not null,
  type_stated boolean not null,
  length_stated boolean not null,
  digits_stated boolean not null,
  not_null_stated boolean not null,
  type text,
  length integer,
  digits integer,
  scale integer,
  not_null boolean,
  definition text,
  since timestamptz not null default now(),
  primary key (table_id, field, field_alternative, name)
);
comment on table integratedb.claimed_column is
  'The shape that a claim counts on: what the spec states, and a snapshot of what it leaves open. See integratedb.column_shape() for units.';

create table integratedb.seen_relation (
  relid oid primary key,
  schema_name name not null,
  table_name name not null,
  owner oid not null,
  row_security boolean not null,
  is_listed boolean not null,
  is_pending boolean not null,
  options_hash bigint not null,
  acl_hash bigint not null
);
create index on integratedb.seen_relation (table_name, schema_name);
comment on table integratedb.seen_relation is
  'The catalog of the claimed tables as it was when their claims were last synced: what equals it needs no second look.';

comment on column integratedb.seen_relation.is_pending is
  'True when a claim was put on a table of which other claims have not been told: the next validation looks at all of them.';

create table integratedb.seen_column (
  relid oid not null references integratedb.seen_relation on delete cascade,
  number smallint not null,
  name name not null,
  type_id oid not null,
  modifier integer not null,
  collation_id oid not null,
  not_null boolean not null,
  acl_hash bigint not null,
  primary key (relid, number)
);

create table integratedb.seen_type (
  id oid primary key,
  definition text not null
);

create table integratedb.policy_rule (
  position integer primary key,
  effect text not null check (effect in ('allow', 'deny', 'sensitive')),
  stakeholder text not null,
  path text not null,
  column_name text not null
);
comment on table integratedb.policy_rule is 'Who may claim what, one row a column pattern; patterns are globs.';

create table integratedb.policy (
  singleton boolean primary key default true check (singleton),
  document jsonb not null default '{}'
);
insert into integratedb.policy default values;

create table integratedb.operator (
  role_name name primary key,
  pattern text not null
);
comment on table integratedb.operator is 'Database roles that may manage the stakeholders whose name matches the glob.';

create table integratedb.call (
  id bigint generated always as identity primary key,
  transaction_id xid8 not null,
  caller name not null
);
comment on table integratedb.call is
  'Who asked for the change that is being made: signed by a trigger with the rights of the caller, used up within the call.';

create table integratedb.open_migration (
  transaction_id xid8 primary key
);
comment on table integratedb.open_migration is
  'Transactions that changed the schema and have not been validated since; used with enforce = commit only.';

revoke all on all tables in schema integratedb from public;
