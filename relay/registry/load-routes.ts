import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "pg";
import * as z from "zod";
import { RelayError } from "../running/relay-error.ts";
import type { Route } from "./route.ts";

const test = z.object({
  column: z.string(),
  op: z.enum(["eq", "ne", "lt", "lte", "gt", "gte", "in", "is_null", "not_null"]),
  values: z.array(z.string()),
  compare: z.enum(["text", "number", "instant"]),
});

const row = z.object({
  channel_id: z.int(),
  stakeholder: z.string(),
  notification: z.string(),
  channel: z.string(),
  type: z.string(),
  config: z.record(z.string(), z.unknown()),
  schema_name: z.string(),
  table_name: z.string(),
  events: z.array(z.enum(["INSERT", "UPDATE", "DELETE", "TRUNCATE"])),
  columns: z.array(z.string()),
  condition: z.array(z.array(test)).nullable(),
});

/** Milliseconds between two looks for a revision that is committed and cannot be seen yet. */
const lookAgain = 5;

/**
 * Who was to get what when the registry had the given revision; see `integratedb.routes()`. The
 * stream tells of a commit a moment before other connections can see it, so it may have to wait.
 */
export async function loadRoutes(pool: Pool, revision: bigint): Promise<Route[]> {
  for (;;) {
    const { rows } = await pool.query<{ is_visible: boolean; routes: unknown[] }>(
      `select g.revision >= $1 as is_visible,
         (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from integratedb.routes($1) r) as routes
       from integratedb.routing g`,
      [revision.toString()],
    );
    const [found] = rows;
    if (found === undefined) throw new RelayError("IDB1111", "the registry has no revision");
    if (found.is_visible) return routesOf(found.routes);
    await sleep(lookAgain);
  }
}

function routesOf(rows: readonly unknown[]): Route[] {
  return rows.map((each) => {
    const known = row.parse(each);
    return {
      channelId: known.channel_id,
      stakeholder: known.stakeholder,
      notification: known.notification,
      channel: known.channel,
      type: known.type,
      config: known.config,
      schema: known.schema_name,
      table: known.table_name,
      events: known.events,
      columns: known.columns,
      condition: known.condition ?? undefined,
    };
  });
}
