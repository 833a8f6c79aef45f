import * as pulumi from "@pulumi/pulumi";
import { secretOptions } from "../provider/runtime/channel-form.ts";

/** Where events are delivered. `type` decides which options there are. */
export type ChannelArgs =
  | WebhookArgs
  | SocketArgs
  | RedisArgs
  | NatsArgs
  | RabbitMqArgs
  | KafkaArgs
  | SqsArgs
  | SnsArgs;

/**
 * A secret: its value, which is kept as a secret of Pulumi and sealed to the relay's key before it
 * goes to the database, or what `integratedb seal` made of it.
 */
export type ChannelSecret = pulumi.Input<string | { readonly sealed: pulumi.Input<string> }>;

/** Options of every channel. */
export interface AnyChannelArgs {
  /**
   * Seconds after which an event that could not be delivered is put among the dead letters.
   * @default 86400
   */
  readonly giveUpAfterSeconds?: pulumi.Input<number>;
}

/** Posts events to a URL, as CloudEvents over HTTP. */
export interface WebhookArgs extends AnyChannelArgs {
  readonly type: "webhook";
  readonly url: pulumi.Input<string>;
  /**
   * One event a request, its attributes in the body (`structured`) or in headers (`binary`), or
   * many events a request (`batch`).
   * @default "structured"
   */
  readonly mode?: pulumi.Input<"structured" | "binary" | "batch">;
  /**
   * Events in a request of mode `batch`, at most.
   * @default 200
   */
  readonly batchSize?: pulumi.Input<number>;
  /**
   * Requests that may be under way at once. Events of one key stay in order.
   * @default 4
   */
  readonly concurrency?: pulumi.Input<number>;
  /**
   * Seconds to wait for an answer.
   * @default 10
   */
  readonly timeoutSeconds?: pulumi.Input<number>;
  /**
   * Secret of Standard Webhooks with which requests are signed: `whsec_` and 24 to 64 bytes in
   * base64. While it is changed, give the new and the old one: each of them signs.
   * @example "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
   * @default requests are not signed
   */
  readonly signingSecret?: ChannelSecret | ChannelSecret[];
  /**
   * Value of the header `Authorization`, a secret.
   * @example "Bearer 5ecr3t"
   */
  readonly authorization?: ChannelSecret;
}

/** Lets readers connect to the relay, by WebSocket or server-sent events. */
export interface SocketArgs extends AnyChannelArgs {
  readonly type: "socket";
  /**
   * Hours for which a reader that comes back can read what it missed.
   * @default 24
   */
  readonly retentionHours?: pulumi.Input<number>;
  /**
   * Bearer token that readers must present, 16 characters or more, a secret.
   * @default the stakeholder's database credentials
   */
  readonly token?: ChannelSecret;
}

/** Login of a channel to its server. */
export interface LoginArgs {
  readonly username?: pulumi.Input<string>;
  /** A secret. */
  readonly password?: ChannelSecret;
}

/** Adds events to a stream of Redis. */
export interface RedisArgs extends AnyChannelArgs, LoginArgs {
  readonly type: "redis";
  /** @example "rediss://redis.internal:6379/0" */
  readonly url: pulumi.Input<string>;
  /** Key of the stream. */
  readonly stream?: pulumi.Input<string>;
  /**
   * Entries that the stream keeps, about.
   * @default all
   */
  readonly maxLength?: pulumi.Input<number>;
  /** @default 500 */
  readonly batchSize?: pulumi.Input<number>;
}

/** Publishes events to NATS JetStream. A stream must cover the subject. */
export interface NatsArgs extends AnyChannelArgs, LoginArgs {
  readonly type: "nats";
  /** @example "tls://nats.internal:4222" */
  readonly url: pulumi.Input<string>;
  readonly subject?: pulumi.Input<string>;
  /** Token to log in with, in place of user and password, a secret. */
  readonly token?: ChannelSecret;
  /** @default 500 */
  readonly batchSize?: pulumi.Input<number>;
}

/** Publishes events to RabbitMQ, with publisher confirms. */
export interface RabbitMqArgs extends AnyChannelArgs, LoginArgs {
  readonly type: "rabbitmq";
  /** @example "amqps://rabbitmq.internal:5671/shop" */
  readonly url: pulumi.Input<string>;
  readonly exchange?: pulumi.Input<string>;
  readonly routingKey?: pulumi.Input<string>;
  /** @default 200 */
  readonly batchSize?: pulumi.Input<number>;
}

/** Produces events to a topic of Kafka. */
export interface KafkaArgs extends AnyChannelArgs, LoginArgs {
  readonly type: "kafka";
  /**
   * Brokers, separated by commas.
   * @example "kafka-1.internal:9092,kafka-2.internal:9092"
   */
  readonly brokers: pulumi.Input<string>;
  readonly topic: pulumi.Input<string>;
  /** @default false */
  readonly tls?: pulumi.Input<boolean>;
  /** How user and password are proved. */
  readonly saslMechanism?: pulumi.Input<"plain" | "scram-sha-256" | "scram-sha-512">;
  /** @default 500 */
  readonly batchSize?: pulumi.Input<number>;
}

/** Where and as whom AWS is used. */
export interface AwsArgs {
  /** @default the region in the address of the queue or topic */
  readonly region?: pulumi.Input<string>;
  /** @default AWS's own endpoint of the region */
  readonly endpoint?: pulumi.Input<string>;
  /** @default the identity of the relay, as the AWS SDK finds it */
  readonly accessKeyId?: pulumi.Input<string>;
  /** A secret. */
  readonly secretAccessKey?: ChannelSecret;
}

/** Sends events to a queue of Amazon SQS, standard or FIFO. */
export interface SqsArgs extends AnyChannelArgs, AwsArgs {
  readonly type: "sqs";
  readonly queueUrl: pulumi.Input<string>;
}

/** Publishes events to a topic of Amazon SNS, standard or FIFO. */
export interface SnsArgs extends AnyChannelArgs, AwsArgs {
  readonly type: "sns";
  readonly topicArn: pulumi.Input<string>;
}

/**
 * Turns channels into the form of the engine: options in snake_case, with secrets that are kept as
 * such one by one, so that a preview shows everything else of a channel.
 */
export function engineChannels(channels: unknown): unknown {
  return eachValue(channels, (channel) => eachValue(channel, secretIfNamed, snakeCase));
}

function secretIfNamed(value: unknown, option: string): unknown {
  return secretOptions.has(option) ? pulumi.secret(value) : value;
}

/** Also inside an output; what is no object has a form that is refused later. */
function eachValue(
  object: unknown,
  changed: (value: unknown, key: string) => unknown,
  renamed = (key: string) => key,
): unknown {
  if (pulumi.Output.isInstance(object) || object instanceof Promise) {
    return pulumi.output(object).apply((known) => eachValue(known, changed, renamed));
  }
  if (typeof object !== "object" || object === null || Array.isArray(object)) return object;
  const entries = Object.entries(object).map(([key, value]) => {
    const name = renamed(key);
    return [name, value === undefined ? undefined : changed(value, name)];
  });
  return Object.fromEntries(entries);
}

function snakeCase(option: string): string {
  return option.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
