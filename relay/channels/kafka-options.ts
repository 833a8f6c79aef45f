import * as z from "zod";

const broker = /^(\[[0-9a-fA-F:]+\]|[^\s:,]+):\d{1,5}$/;

/** Options of a channel of type `kafka`, as in `integratedb.channel_options()`, secrets opened. */
export const kafkaOptions = z
  .object({
    brokers: z
      .string()
      .transform((text) => text.split(",").map((part) => part.trim()))
      .pipe(z.array(z.string().regex(broker, "must be host:port, separated by commas")).min(1))
      .describe("Brokers to start with, as host:port, separated by commas."),
    topic: z
      .string()
      .regex(/^[a-zA-Z0-9._-]{1,249}$/, "must be the name of a topic")
      .describe("Topic, which must exist."),
    tls: z.boolean().default(false).describe("Whether to connect with TLS."),
    sasl_mechanism: z
      .enum(["plain", "scram-sha-256", "scram-sha-512"])
      .optional()
      .describe("How the user proves itself."),
    username: z.string().optional().describe("User of the brokers."),
    password: z.string().optional().describe("Password of the user."),
    batch_size: z.int().min(1).max(10_000).default(500).describe("Events sent at once, at most."),
  })
  .refine(({ sasl_mechanism, username, password }) => {
    const login = [sasl_mechanism, username, password].filter((part) => part !== undefined);
    return login.length === 0 || login.length === 3;
  }, "sasl_mechanism, username and password go together");

export type KafkaOptions = z.output<typeof kafkaOptions>;

/** How events are gathered: batches of an idempotent producer are numbered in one row. */
export const kafkaBatches = ({ batch_size }: KafkaOptions) => ({
  partitions: 1,
  batchSize: batch_size,
});
