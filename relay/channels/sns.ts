import { GetTopicAttributesCommand, PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Channel } from "../delivery/channel.ts";
import { awsProblem, awsSettings, limitOr, requestsAtOnce } from "./aws-client.ts";
import { awsPublisher, messagesInRequest } from "./aws-publisher.ts";
import { answered, type BrokerSession, brokerChannel } from "./broker-channel.ts";
import type { ChannelContext } from "./channel-context.ts";
import type { SnsOptions } from "./sns-options.ts";

/** What a topic takes, in bytes, unless it is set to take more. */
const usual = 262_144;

/**
 * Amazon SNS, in batches of ten. Each message is the CloudEvent in the structured JSON format; with
 * raw message delivery subscribers get just that. In a FIFO topic the group is the event's key, so
 * the order of keys holds, and what is sent again within five minutes is dropped.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
export function openSns(options: SnsOptions, context: ChannelContext): Channel {
  const { topic_arn: TopicArn } = options;
  const [, partition, , ownRegion = "us-east-1", , topic] = TopicArn.split(":");
  const region = options.region ?? ownRegion;
  const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  const endpoint = options.endpoint ?? `https://sns.${region}.${domain}`;
  const name = `SNS, topic ${topic}`;
  const explain = (error: unknown) => awsProblem(error, name);

  async function connect(): Promise<BrokerSession> {
    const client = new SNSClient(awsSettings(endpoint, region, options, context.allow));
    const close = () => client.destroy();
    const limit = await limitOr(usual, async () => {
      const { Attributes } = await answered(
        client.send(new GetTopicAttributesCommand({ TopicArn })),
      );
      return Attributes?.["MaximumMessageSize"];
    }).catch((error) => {
      close();
      throw explain(error);
    });
    const send = awsPublisher({
      name,
      isFifo: TopicArn.endsWith(".fifo"),
      limit,
      scope: context.scope,
      publish: async (entries) => {
        const PublishBatchRequestEntries = entries.map(({ body, ...entry }) => ({
          ...entry,
          Message: body,
        }));
        const command = new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries });
        const { Failed } = await client.send(command);
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
