import type { LookupFunction } from "node:net";
import type { ConnectionOptions } from "node:tls";
import { compatibilityPartitioner, Producer } from "@platformatic/kafka";
import type { Channel } from "../delivery/channel.ts";
import { type AllowList, allowedAddresses, assertLiteral, guardedLookup } from "./address-guard.ts";
import { answered, type BrokerSession, brokerChannel, brokerTimeout } from "./broker-channel.ts";
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
  async function connect(signal: AbortSignal): Promise<BrokerSession> {
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
      ...(options.tls && { tls: tlsSettings(context.allow), tlsServerName: true }),
      ...(mechanism !== undefined &&
        username !== undefined &&
        password !== undefined && {
          sasl: { mechanism: saslMechanisms[mechanism], username, password },
        }),
    });
    guardConnections(producer, options.tls, context.allow);
    let isOpen = true;
    const close = () => {
      isOpen = false;
      producer.close(true).catch(() => undefined);
    };
    const publish = kafkaPublisher(producer, topic);
    try {
      await answered(producer.metadata({ topics: [topic] }));
    } catch (error) {
      close();
      throw kafkaProblem(error, topic);
    }
    return {
      get isOpen() {
        return isOpen;
      },
      send: publish,
      close,
    };
  }

  return brokerChannel({
    ...kafkaBatches(options),
    secrets: [password],
    connect,
  });
}

/** A lookup is no part of the type, and is handed on to Node. */
function tlsSettings(allow: AllowList): ConnectionOptions & { lookup: LookupFunction } {
  return { lookup: guardedLookup(allow) };
}

/**
 * Brokers say where the others are: they too are where only the operator lets channels go. A client
 * without TLS is given an address in place of the name, which it would resolve again.
 */
function guardConnections(producer: Producer, hasTls: boolean, allow: AllowList): void {
  const judged = async (host: string): Promise<string> => {
    assertLiteral(host, allow);
    return hasTls ? host : (await allowedAddresses(host, allow))[0];
  };
  producer.connections.on("connecting", ({ connection }) => {
    const connect = connection.connect.bind(connection);
    connection.connect = ((host: string, port: number, callback: (error?: unknown) => void) => {
      judged(host).then(
        (address) => connect(address, port, callback),
        (error) => {
          // Others may wait for the same connection.
          if (connection.listenerCount("error") > 0) connection.emit("error", error);
          callback(error);
        },
      );
    }) as typeof connection.connect;
  });
}
