import type { Pool } from "pg";
import * as z from "zod";
import type { Route } from "./route.ts";

const row = z.object({
  channel_id: z.int(),
  stakeholder: z.string(),
  notification: z.string(),
  channel: z.string(),
  type: z.string(),
  config: z.record(z.string(), z.unknown()),
});

/**
 * Channels that get nothing any more as of a revision, and that may still have events to deliver. One
 * that was retired later is not among them: what comes before that may be for it.
 */
export async function loadRetiredChannels(
  pool: Pool,
  revision: bigint,
): Promise<
  Pick<Route, "channelId" | "stakeholder" | "notification" | "channel" | "type" | "config">[]
> {
  const { rows } = await pool.query(
    `select id as channel_id, stakeholder, notification, name as channel, type, config
     from integratedb.channel where retired and retired_at <= $1`,
    [revision.toString()],
  );
  return rows.map((each) => {
    const { channel_id: channelId, ...known } = row.parse(each);
    return { channelId, ...known };
  });
}
