import * as z from "zod";
import { brokerUrl } from "./broker-url.ts";

/** Options of a channel of type `rabbitmq`, as in `integratedb.channel_options()`, secrets opened. */
export const rabbitMqOptions = z.object({
  url: brokerUrl(/^amqps?$/).describe(
    "Server; amqp or amqps, without a password. The path is the virtual host.",
  ),
  exchange: z.string().default("").describe("Exchange; by default the nameless one."),
  routing_key: z
    .string()
    .max(255)
    .optional()
    .describe("Routing key; by default integratedb.<stakeholder>.<notification>."),
  username: z.string().optional().describe("User of the server."),
  password: z.string().optional().describe("Password of the user."),
  batch_size: z.int().min(1).max(10_000).default(200).describe("Events sent at once, at most."),
});

export type RabbitMqOptions = z.output<typeof rabbitMqOptions>;
