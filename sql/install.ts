import type { ClientBase } from "pg";
import { IntegrateDbError } from "./errors.ts";
import { requireInstallRights, requireWritableServer } from "./preconditions.ts";
import { checksum, functions, migrations, views } from "./source.ts";
import { engineStatus } from "./status.ts";
import { engineVersion } from "./version.ts";

/** The lock that orders installs, changes of the registry and migrations. */
const registryLock = 4919001;

export interface InstallOptions {
  /** "commit" validates every transaction that changes the schema when it commits. @default as it is, "validate" at first */
  enforce?: "validate" | "commit";
}

export interface InstallResult {
  version: string;
  /** The version that was there before; absent at a first install. */
  previous?: string;
  /** False when everything was as it should be already. */
  changed: boolean;
}

/**
 * Installs or upgrades the engine, in one transaction that many may run at once.
 * Errors: IDB1001 server too old, IDB1002 read-only, IDB1003 a newer engine is there, IDB1004 a right is missing (with the
 * statement that gives it), IDB1005 the schema is somebody else's.
 */
export async function install(
  client: ClientBase,
  options: InstallOptions = {},
): Promise<InstallResult> {
  await client.query("begin");
  try {
    const result = await installInTransaction(client, options);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** As `install`, in a transaction that the caller has begun and ends. */
export async function installInTransaction(
  client: ClientBase,
  options: InstallOptions,
): Promise<InstallResult> {
  await requireWritableServer(client);
  await client.query("select pg_advisory_xact_lock($1)", [registryLock]);
  const before = await engineStatus(client);
  if (before.newer) {
    throw new IntegrateDbError(
      "IDB1003",
      `the engine in the database has version ${before.version}, this package has ${engineVersion}`,
    );
  }
  const enforce = options.enforce ?? before.enforce ?? "validate";
  if (before.current && before.enforce === enforce) {
    return { version: engineVersion, previous: engineVersion, changed: false };
  }
  await requireInstallRights(client);
  if (!before.current) await replay(client);
  if (before.enforce !== enforce || !before.current) {
    await client.query("select integratedb.enforce_commit($1)", [enforce === "commit"]);
  }
  await client.query(
    "delete from integratedb.open_migration m where m.transaction_id = pg_current_xact_id()",
  );
  return {
    version: engineVersion,
    ...(before.version === undefined ? {} : { previous: before.version }),
    changed: true,
  };
}

async function replay(client: ClientBase): Promise<void> {
  // What an upgrade makes belongs to the engine's owner, whoever runs the upgrade.
  const before = await client.query<{ role: string }>("select current_setting('role') as role");
  await client.query(
    `select set_config('role', coalesce((
       select pg_get_userbyid(c.relowner) from pg_class c where c.oid = to_regclass('integratedb.engine')), current_user), true)`,
  );
  // Functions call each other in any order, and views call functions.
  await client.query("set local check_function_bodies = off");
  await client.query("set local client_min_messages = warning");
  await client.query("create schema if not exists integratedb");
  await client.query(
    "create table if not exists integratedb.migration (name text primary key, installed_at timestamptz not null default now())",
  );
  const done = await client.query<{ name: string }>("select name from integratedb.migration");
  const names = new Set(done.rows.map((row) => row.name));
  for (const migration of migrations().filter((file) => !names.has(file.name))) {
    await client.query(migration.text);
    await client.query("insert into integratedb.migration (name) values ($1)", [migration.name]);
  }
  for (const file of [...functions(), ...views()]) await client.query(file.text);
  await client.query(`
    revoke all on all functions in schema integratedb from public;
    revoke all on all tables in schema integratedb from public;
    revoke all on function public.integratedb_sync() from public;
    select integratedb.grant_operators(), integratedb.grant_relays();
  `);
  await client.query(
    `insert into integratedb.engine (version, checksum) values ($1, $2)
     on conflict (singleton) do update set version = excluded.version, checksum = excluded.checksum, upgraded_at = now()`,
    [engineVersion, checksum()],
  );
  await client.query("select set_config('role', $1, true)", [before.rows[0]?.role ?? "none"]);
}
