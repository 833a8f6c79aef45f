import type { ClientBase } from "pg";
import { checksum, functionName, functions, views } from "./source.ts";
import { engineVersion } from "./version.ts";

/** What a query can be run on: a client, a pool's client, a pool. */
export type Queryable = Pick<ClientBase, "query">;

export interface EngineStatus {
  installed: boolean;
  /** The version in the database. */
  version?: string;
  /** Whether the database has exactly the engine of this package. */
  current: boolean;
  /** Whether the database has a newer engine than this package. */
  newer: boolean;
  enforce?: "validate" | "commit";
  /** As `server_version_num`: 180004 for 18.4. */
  serverVersion: number;
}

/** What engine the database has. Reads only; works for every role that may read the registry. */
export async function engineStatus(client: Queryable): Promise<EngineStatus> {
  const found = await client.query<{ server_version: number; installed: boolean }>(
    `select current_setting('server_version_num')::integer as server_version,
       to_regclass('integratedb.installation') is not null as installed`,
  );
  const serverVersion = found.rows[0]?.server_version ?? 0;
  if (found.rows[0]?.installed !== true) {
    return { installed: false, current: false, newer: false, serverVersion };
  }
  const engine = await client.query<{
    version: string;
    checksum: string;
    enforce: "validate" | "commit";
  }>("select version, checksum, enforce from integratedb.installation");
  const row = engine.rows[0];
  if (row === undefined) return { installed: false, current: false, newer: false, serverVersion };
  return {
    installed: true,
    version: row.version,
    current:
      row.version === engineVersion && row.checksum === checksum() && (await isComplete(client)),
    newer: compareVersions(row.version, engineVersion) > 0,
    enforce: row.enforce,
    serverVersion,
  };
}

/** Whether nothing that the engine made was dropped since. */
async function isComplete(client: Queryable): Promise<boolean> {
  const missing = await client.query(
    `select from unnest($1::text[]) f(name)
     where f.name not in (select p.pronamespace::regnamespace || '.' || p.proname from pg_proc p)
     union all select from unnest($2::text[]) v(name) where to_regclass(v.name) is null
     union all select from integratedb.installation i
     where i.enforce = 'commit' and 3 > (
       select count(*) from pg_event_trigger e
       where e.evtname in ('integratedb_ddl', 'integratedb_drop') and e.evtenabled <> 'D'
     ) + (select count(*) from pg_trigger t where t.tgname = 'validate_at_commit' and t.tgenabled <> 'D')`,
    [functions().map(functionName), views().map((view) => `integratedb.${view.name}`)],
  );
  return missing.rows.length === 0;
}

/** Negative, zero or positive as `a` is older than, equal to or newer than `b`; versions are `major.minor.patch`. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => version.split(/[.-]/).slice(0, 3).map(Number);
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
