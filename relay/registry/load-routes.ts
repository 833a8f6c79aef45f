import type { ClientBase, Pool } from "pg";
import { z } from "zod";
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

/** Who was to get what when the registry had the given revision; see `integratedb.routes()`. */
export async function loadRoutes(client: ClientBase | Pool, revision: bigint): Promise<Route[]> {
  const { rows } = await client.query(
    `select channel_id, stakeholder, notification, channel, type, config, schema_name::text, table_name::text,
       events, columns::text[], condition
     from integratedb.routes($1)`,
    [revision.toString()],
  );
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
