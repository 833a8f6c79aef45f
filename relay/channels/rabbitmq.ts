import { AMQPError, Connection } from "rabbitmq-client";
import type { Channel } from "../delivery/channel.ts";
import { assertLiteral, guardedLookup } from "./address-guard.ts";
import { type BrokerSession, brokerChannel, brokerTimeout } from "./broker-channel.ts";
import { BrokerError, messageOf } from "./broker-error.ts";
import { hostAndPort } from "./broker-url.ts";
import type { ChannelContext } from "./channel-context.ts";
import type { RabbitMqOptions } from "./rabbitmq-options.ts";
import { rabbitMqPublisher } from "./rabbitmq-publisher.ts";

/** What RabbitMQ takes since 3.8, unless it is told otherwise. */
const defaultLargest = 128 * 1024 * 1024;

/** A day, which no connection waits: the client's own reconnecting never comes about. */
const never = 86_400_000;

/**
 * RabbitMQ. Each event is a persistent message whose body is the CloudEvent in the structured JSON
 * format; its property `message_id` is the event's id, `type` its type, `timestamp` the time of the
 * commit in seconds. (The AMQP binding of CloudEvents is for AMQP 1.0, as which RabbitMQ shows these
 * to its clients: its structured mode is a content type and a body.) An event counts as delivered
 * when the broker has confirmed it; one that no queue takes has failed.
 */
export function openRabbitMq(options: RabbitMqOptions, context: ChannelContext): Channel {
  const isSecure = options.url.startsWith("amqps:");
  const { host, port } = hostAndPort(options.url, isSecure ? 5671 : 5672);
  const vhost = decodeURIComponent(new URL(options.url).pathname.slice(1)) || "/";
  const destination = {
    exchange: options.exchange,
    routingKey: options.routing_key ?? `integratedb.${context.stakeholder}.${context.notification}`,
  };

  const sizes = { limit: defaultLargest };

  async function connect(signal: AbortSignal): Promise<BrokerSession> {
    assertLiteral(host, context.allow);
    const connection = new Connection({
      hostname: host,
      port,
      vhost,
      username: options.username ?? "guest",
      password: options.password ?? "guest",
      ...(isSecure && { tls: { servername: host } }),
      socket: { host, port, lookup: guardedLookup(context.allow) },
      connectionName: "integratedb-relay",
      connectionTimeout: brokerTimeout,
      acquireTimeout: brokerTimeout,
      heartbeat: brokerTimeout / 1000,
      retryLow: never,
      retryHigh: never,
    });
    const blocked: { reason?: string } = {};
    connection.on("connection.blocked", (reason) => {
      blocked.reason = reason;
    });
    connection.on("connection.unblocked", () => {
      delete blocked.reason;
    });
    try {
      await connected(connection, signal);
      const send = await rabbitMqPublisher(connection, destination, sizes, (error) =>
        blocked.reason === undefined ? explained(error) : blockedBy(blocked.reason),
      );
      return {
        get isOpen() {
          return connection.ready;
        },
        send,
        close: () => connection.unsafeDestroy(),
      };
    } catch (error) {
      connection.unsafeDestroy();
      throw explained(error);
    }
  }

  return brokerChannel({
    partitions: 2,
    batchSize: options.batch_size,
    secrets: [options.password],
    connect,
  });
}

/** The client says how connecting failed only in an event, and goes on. */
function connected(connection: Connection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.on("error", reject);
    connection.once("connection", resolve);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function explained(error: unknown): unknown {
  if (!(error instanceof AMQPError)) return error;
  const text = `RabbitMQ: ${error.code} ${messageOf(error)}`;
  if (error.code === "ACCESS_REFUSED") return new BrokerError("denied", text);
  if (error.code === "NOT_FOUND" || error.code === "NOT_ALLOWED") {
    return new BrokerError("missing", text);
  }
  return new BrokerError(error.code.startsWith("CONN") ? "unreachable" : "refused", text);
}

function blockedBy(reason: string): BrokerError {
  return new BrokerError("refused", `RabbitMQ lets nobody publish at the moment: ${reason}`);
}
