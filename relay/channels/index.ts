import type { Channel } from "../delivery/channel.ts";
import type { ChannelContext } from "./channel-context.ts";
import { openKafka } from "./kafka.ts";
import { kafkaOptions } from "./kafka-options.ts";
import { lazyChannel } from "./lazy-channel.ts";
import { openNats } from "./nats.ts";
import { natsOptions } from "./nats-options.ts";
import { openRabbitMq } from "./rabbitmq.ts";
import { rabbitMqOptions } from "./rabbitmq-options.ts";
import { redisBatches, redisOptions } from "./redis-options.ts";
import { openSns } from "./sns.ts";
import { snsOptions } from "./sns-options.ts";
import { openSqs } from "./sqs.ts";
import { sqsOptions } from "./sqs-options.ts";
import { createWebhook } from "./webhook.ts";
import { webhookOptions } from "./webhook-options.ts";

/** Makes a channel of its options, as `integratedb.channel_options()` names them, secrets opened. */
export type OpenChannel = (config: unknown, context: ChannelContext) => Channel;

/** The types of channels. Each throws a ZodError for options that it cannot use. */
export const channelTypes: Readonly<Record<string, OpenChannel>> = {
  webhook: (config, context) => createWebhook(webhookOptions.parse(config), context),
  // Loaded at once: what is loaded later comes with all that it could do, 180 kB more in the bundle.
  kafka: (config, context) => openKafka(kafkaOptions.parse(config), context),
  nats: (config, context) => openNats(natsOptions.parse(config), context),
  rabbitmq: (config, context) => openRabbitMq(rabbitMqOptions.parse(config), context),
  redis: (config, context) => {
    const options = redisOptions.parse(config);
    const open = async () => (await import("./redis.ts")).openRedis(options, context);
    return lazyChannel(redisBatches(options), open);
  },
  sns: (config, context) => openSns(snsOptions.parse(config), context),
  sqs: (config, context) => openSqs(sqsOptions.parse(config), context),
};
