import { z } from "zod";

/**
 * Options of channels that hold a secret, whatever the type of the channel. They are sealed to the
 * relay's key before they go to the database.
 */
export const secretOptions: ReadonlySet<string> = new Set([
  "signing_secret",
  "authorization",
  "token",
  "password",
  "secret_access_key",
]);

/** A secret that was sealed already, by `integratedb seal`. */
export const sealedSecret = z
  .strictObject({
    sealed: z
      .string()
      .regex(/^[\w-]{82,}$/, { error: "expected what `integratedb seal` prints" })
      .describe("The secret as `integratedb seal` prints it."),
  })
  .describe("A secret that was sealed to the relay's key.");

const url = z.url({ error: "expected a URL" });
const text = z.string().min(1);
const count = z.int().min(1);

const common = {
  give_up_after_seconds: count
    .optional()
    .describe("Seconds until an event that cannot be delivered is a dead letter. Default: 86400."),
};

function batchOf(size: number) {
  return count.optional().describe(`Events in a batch, at most. Default: ${size}.`);
}

/**
 * The form of a channel: its type and the options of that type.
 *
 * @param secret the form of a secret: in a program its value, in a file where its value is
 */
export function channelForm<S extends z.ZodType>(secret: S) {
  const username = text.optional().describe("User to log in as.");
  const password = secret.optional().describe("Password of that user.");
  const aws = {
    region: text.optional().describe("Region of AWS. Default: the one in the address."),
    endpoint: url.optional().describe("Where to reach AWS, if not at its own endpoint."),
    access_key_id: text
      .optional()
      .describe("Access key. Default: the relay's own identity, as the AWS SDK finds it."),
    secret_access_key: secret.optional().describe("Secret of the access key."),
  };
  return z.discriminatedUnion(
    "type",
    [
      z.strictObject({
        type: z.literal("webhook"),
        ...common,
        url: url.describe("Where events are posted."),
        mode: z
          .enum(["structured", "binary", "batch"])
          .optional()
          .describe("Mode of CloudEvents over HTTP. Default: structured."),
        batch_size: batchOf(200),
        concurrency: count
          .optional()
          .describe("Requests under way at once; events of a key stay in order. Default: 4."),
        timeout_seconds: count.optional().describe("Seconds to wait for an answer. Default: 10."),
        signing_secret: z
          .union([secret, z.array(secret).min(1)])
          .optional()
          .describe("Secret of Standard Webhooks (`whsec_…`); of several, each signs."),
        authorization: secret.optional().describe("Value of the header Authorization."),
      }),
      z.strictObject({
        type: z.literal("socket"),
        ...common,
        retention_hours: count
          .optional()
          .describe("Hours for which a reader can go back. Default: 24."),
        token: secret
          .optional()
          .describe("Bearer token of readers. Default: the stakeholder's database credentials."),
      }),
      z.strictObject({
        type: z.literal("redis"),
        ...common,
        url: url.describe("As `redis://host:6379/0`, or `rediss://` for TLS."),
        stream: text.optional().describe("Key of the stream."),
        max_length: count.optional().describe("Entries that the stream keeps, about."),
        username,
        password,
        batch_size: batchOf(500),
      }),
      z.strictObject({
        type: z.literal("nats"),
        ...common,
        url: url.describe("As `nats://host:4222`, or `tls://`."),
        subject: text.optional().describe("Subject to publish to; a stream must cover it."),
        username,
        password,
        token: secret.optional().describe("Token to log in with, in place of user and password."),
        batch_size: batchOf(500),
      }),
      z.strictObject({
        type: z.literal("rabbitmq"),
        ...common,
        url: url.describe("As `amqp://host:5672/vhost`, or `amqps://` for TLS."),
        exchange: text.optional().describe("Exchange to publish to."),
        routing_key: text.optional().describe("Routing key of every event."),
        username,
        password,
        batch_size: batchOf(200),
      }),
      z.strictObject({
        type: z.literal("kafka"),
        ...common,
        brokers: text.describe("Brokers as `host:port`, separated by commas."),
        topic: text.describe("Topic to produce to."),
        tls: z.boolean().optional().describe("Whether TLS is used. Default: false."),
        sasl_mechanism: z
          .enum(["plain", "scram-sha-256", "scram-sha-512"])
          .optional()
          .describe("How user and password are proved."),
        username,
        password,
        batch_size: batchOf(500),
      }),
      z.strictObject({
        type: z.literal("sqs"),
        ...common,
        queue_url: url.describe("URL of the queue; one that ends in .fifo keeps order per key."),
        ...aws,
      }),
      z.strictObject({
        type: z.literal("sns"),
        ...common,
        topic_arn: text.describe("ARN of the topic; one that ends in .fifo keeps order per key."),
        ...aws,
      }),
    ],
    {
      error:
        "expected one of webhook, socket, redis, nats, rabbitmq, kafka, sqs and sns as its type",
    },
  );
}
