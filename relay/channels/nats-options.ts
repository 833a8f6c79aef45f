import * as z from "zod";
import { brokerUrl } from "./broker-url.ts";

/** Options of a channel of type `nats`, as in `integratedb.channel_options()`, secrets opened. */
export const natsOptions = z.object({
  url: brokerUrl(/^(nats|tls)$/).describe("Server; nats or tls, without a password."),
  subject: z
    .string()
    .regex(/^[^\s.*>]+(\.[^\s.*>]+)*$/, "must be a subject without wildcards")
    .optional()
    .describe(
      "Subject of a JetStream stream; by default integratedb.<stakeholder>.<notification>, with _ for what a subject cannot hold.",
    ),
  username: z.string().optional().describe("User of the server."),
  password: z.string().optional().describe("Password of the user."),
  token: z.string().optional().describe("Token, in place of a user."),
  batch_size: z.int().min(1).max(10_000).default(500).describe("Events sent at once, at most."),
});

export type NatsOptions = z.output<typeof natsOptions>;
