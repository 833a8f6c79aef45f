import { compatibilityPartitioner, Producer } from "@platformatic/kafka";
import type { Channel } from "../delivery/channel.ts";
import { assertAllowed } from "./address-guard.ts";
import { answered, type BrokerSession, brokerChannel, brokerTimeout } from "./broker-channel.ts";
import { hostAndPort } from "./broker-url.ts";
import type { ChannelContext } from "./channel-context.ts";
import { kafkaProblem } from "./kafka-error.ts";
import { type KafkaOptions, kafkaBatches } from "./kafka-options.ts";
import { kafkaPublisher } from "./kafka-publisher.ts";

const saslMechanisms = {
  plain: "PLAIN",
  "scram-sha-256": "SCRAM-SHA-256",
  "scram-sha-512": "SCRAM-SHA-512",
} as const;

/**
 * Kafka. Each event is a record in the binary mode of the Kafka binding of CloudEvents: attributes in
 * headers `ce_…`, `data` as the value, the event's key as the key. The producer is idempotent and
 * waits for all in-sync replicas; keys are spread over partitions as Java clients do. What a request
 * has for one partition is taken as a whole or not at all, so the order of keys holds.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
export function openKafka(options: KafkaOptions, context: ChannelContext): Channel {
  const { topic, sasl_mechanism: mechanism, username, password } = options;
  const known = new Set<string>();

  async function connect(signal: AbortSignal): Promise<BrokerSession> {
    for (const broker of options.brokers) {
      await assertAllowed(hostAndPort(`kafka://${broker}`, 9092).host, context.allow);
    }
    signal.throwIfAborted();
    const producer = new Producer({
      clientId: "integratedb-relay",
      bootstrapBrokers: options.brokers,
      idempotent: true,
      // Fewer than two would mean without end.
      retries: 2,
      retryDelay: 250,
      connectTimeout: brokerTimeout,
      requestTimeout: brokerTimeout,
      timeout: brokerTimeout,
      autocreateTopics: false,
      partitioner: compatibilityPartitioner,
      ...(options.tls && { tls: {}, tlsServerName: true }),
      ...(mechanism !== undefined &&
        username !== undefined &&
        password !== undefined && {
          sasl: { mechanism: saslMechanisms[mechanism], username, password },
        }),
    });
    let isOpen = true;
    const close = () => {
      isOpen = false;
      producer.close(true).catch(() => undefined);
    };
    /** Brokers say where the others are: they too are where only the operator lets channels go. */
    const checkBrokers = async () => {
      const { brokers } = await answered(producer.metadata({ topics: [topic] }));
      for (const { host } of brokers.values()) {
        if (known.has(host)) continue;
        await assertAllowed(host, context.allow);
        known.add(host);
      }
    };
    const publish = kafkaPublisher(producer, topic);
    try {
      await checkBrokers();
    } catch (error) {
      close();
      throw kafkaProblem(error, topic);
    }
    return {
      get isOpen() {
        return isOpen;
      },
      send: async (batch) => {
        await checkBrokers().catch((error) => {
          throw kafkaProblem(error, topic);
        });
        return publish(batch);
      },
      close,
    };
  }

  return brokerChannel({
    ...kafkaBatches(options),
    secrets: [password],
    connect,
  });
}
