import type { ClientBase } from "pg";
import { IntegrateDbError } from "./errors.ts";
import { functionName, functions, views } from "./source.ts";

export interface UninstallResult {
  /** Roles, schemas and the engine itself, as `role reporter`. */
  dropped: string[];
  /** What was left behind, and why. */
  kept: { object: string; reason: string }[];
}

/**
 * Removes the engine, every stakeholder and everything that the engine made, in one transaction, and nothing else:
 * stakeholders' schemas that hold something stay, and a database without the engine is left as it is.
 * Errors: those of Postgres where something of the user's depends on the engine.
 */
export async function uninstall(client: ClientBase): Promise<UninstallResult> {
  await client.query("begin");
  try {
    const result = await uninstallInTransaction(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** As `uninstall`, in a transaction that the caller has begun and ends. */
export async function uninstallInTransaction(client: ClientBase): Promise<UninstallResult> {
  const found = await client.query<{ installed: boolean; owned: boolean }>(
    `select to_regclass('integratedb.engine') is not null as installed,
       coalesce((select pg_has_role(relowner, 'USAGE') from pg_class where oid = to_regclass('integratedb.engine')), true) as owned`,
  );
  if (found.rows[0]?.installed !== true) return { dropped: [], kept: [] };
  if (!found.rows[0].owned) {
    throw new IntegrateDbError("IDB3007", "only the owner of the engine may uninstall it");
  }
  await client.query("set local client_min_messages = warning");
  await client.query("select integratedb.lock_registry(), integratedb.enforce_commit(false)");
  const result: UninstallResult = { dropped: [], kept: [] };
  const reports = await client.query<{ report: UninstallResult }>(
    "select integratedb.delete_stakeholder(s.name) as report from integratedb.stakeholder s order by s.name",
  );
  for (const { report } of reports.rows) {
    result.dropped.push(...report.dropped);
    result.kept.push(...report.kept);
  }
  await client.query("select integratedb.delete_operator(o.role_name) from integratedb.operator o");
  await client.query("drop trigger if exists sign_call on integratedb.call");
  await dropPublications(client, result);
  // Named one by one and never by cascade, so that what a user built on them is not dropped with them.
  const tables = await client.query<{ list: string }>(
    `select string_agg(format('integratedb.%I', c.relname), ', ') as list from pg_class c
     where c.relnamespace = 'integratedb'::regnamespace and c.relkind = 'r'`,
  );
  await client.query(
    `drop view if exists ${views()
      .map((view) => `integratedb.${view.name}`)
      .join(", ")}`,
  );
  await client.query(`drop function if exists ${functions().map(functionName).join(", ")}`);
  await client.query(`drop table ${tables.rows[0]?.list ?? ""}`);
  await client.query("drop schema integratedb");
  result.dropped.push("schema integratedb");
  return result;
}

/** A slot is left to the relay that reads it; as long as it is there, the server keeps its write-ahead log. */
async function dropPublications(client: ClientBase, result: UninstallResult): Promise<void> {
  const found = await client.query<{ name: string }>(
    "select pubname as name from pg_publication where pubname in ('integratedb', 'integratedb_insert') order by 1",
  );
  for (const { name } of found.rows) {
    await client.query(`drop publication ${name}`);
    result.dropped.push(`publication ${name}`);
  }
  const positions = await client.query<{ found: boolean }>(
    "select to_regclass('integratedb.relay_position') is not null as found",
  );
  if (positions.rows[0]?.found !== true) return;
  const slots = await client.query<{ name: string }>(
    "select s.slot_name as name from pg_replication_slots s join integratedb.relay_position p using (slot_name)",
  );
  for (const { name } of slots.rows) {
    const reason = `a relay may read it; it holds write-ahead log until SELECT pg_drop_replication_slot('${name}')`;
    result.kept.push({ object: `replication slot ${name}`, reason });
  }
}
