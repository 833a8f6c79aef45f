import * as z from "zod";
import { brokerUrl } from "./broker-url.ts";

/** Options of a channel of type `redis`, as in `integratedb.channel_options()`, secrets opened. */
export const redisOptions = z.object({
  url: brokerUrl(/^rediss?$/).describe(
    "Server; redis or rediss, without a password. The path is the number of the database.",
  ),
  stream: z
    .string()
    .min(1)
    .optional()
    .describe("Name of the stream; by default integratedb:<stakeholder>:<notification>."),
  max_length: z
    .int()
    .min(1)
    .optional()
    .describe("About how many events the stream keeps; without it, all."),
  username: z.string().optional().describe("User of the server."),
  password: z.string().optional().describe("Password of the user."),
  batch_size: z.int().min(1).max(10_000).default(500).describe("Events sent at once, at most."),
});

export type RedisOptions = z.output<typeof redisOptions>;

/** How events are gathered. */
export const redisBatches = ({ batch_size }: RedisOptions) => ({
  partitions: 2,
  batchSize: batch_size,
});
