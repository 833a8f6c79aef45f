import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Channel } from "../delivery/channel.ts";
import { awsProblem, awsSettings, limitOr, requestsAtOnce } from "./aws-client.ts";
import { awsPublisher, messagesInRequest } from "./aws-publisher.ts";
import { answered, type BrokerSession, brokerChannel } from "./broker-channel.ts";
import type { ChannelContext } from "./channel-context.ts";
import type { SqsOptions } from "./sqs-options.ts";

/** What a queue can be set to take, at most, in bytes. */
const largest = 1_048_576;

/**
 * Amazon SQS, in batches of ten. Each message's body is the CloudEvent in the structured JSON format.
 * In a FIFO queue the group is the event's key, so the order of keys holds, and what is sent again
 * within five minutes is dropped. A standard queue keeps no order and may repeat.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
export function openSqs(options: SqsOptions, context: ChannelContext): Channel {
  const { queue_url: QueueUrl } = options;
  const { origin, hostname, pathname } = new URL(QueueUrl);
  const region = options.region ?? /^sqs[.-]([\w-]+)\./.exec(hostname)?.[1] ?? "us-east-1";
  const name = `SQS, queue ${pathname.split("/").at(-1)}`;
  const explain = (error: unknown) => awsProblem(error, name);

  async function connect(): Promise<BrokerSession> {
    const endpoint = options.endpoint ?? origin;
    const client = new SQSClient(awsSettings(endpoint, region, options, context.allow));
    const close = () => client.destroy();
    const command = new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ["MaximumMessageSize"],
    });
    const limit = await limitOr(largest, async () => {
      const { Attributes } = await answered(client.send(command));
      return Attributes?.["MaximumMessageSize"];
    }).catch((error) => {
      close();
      throw explain(error);
    });
    const send = awsPublisher({
      name,
      isFifo: pathname.endsWith(".fifo"),
      limit,
      scope: context.scope,
      publish: async (entries) => {
        const Entries = entries.map(({ body, ...entry }) => ({ ...entry, MessageBody: body }));
        const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
        return Failed ?? [];
      },
      explain,
    });
    return { isOpen: true, send, close };
  }

  return brokerChannel({
    partitions: 1,
    batchSize: requestsAtOnce * messagesInRequest,
    secrets: [options.secret_access_key],
    connect,
  });
}
