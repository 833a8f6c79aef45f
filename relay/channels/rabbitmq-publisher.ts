import { AMQPError, type Connection } from "rabbitmq-client";
import type { Failure } from "../delivery/channel.ts";
import type { ChangeEvent } from "../encoding/change-event.ts";
import { type Message, messagesOf, partsByKey, sendParts } from "./batch-parts.ts";
import { answered } from "./broker-channel.ts";
import { BrokerError, messageOf, tooLarge } from "./broker-error.ts";

export interface Destination {
  readonly exchange: string;
  readonly routingKey: string;
}

/** The largest message that the broker takes, as far as it is known; survives reconnecting. */
export interface Sizes {
  limit: number;
}

/** Bytes of events under way; a larger one goes alone, so that its refusal takes no other with it. */
const bytesAtOnce = 1024 * 1024;

/**
 * Publishes with confirms, many at once, on one AMQP channel of the connection.
 *
 * @param explain makes what the client throws readable
 */
export async function rabbitMqPublisher(
  connection: Connection,
  { exchange, routingKey }: Destination,
  sizes: Sizes,
  explain: (error: unknown) => unknown,
): Promise<(batch: readonly ChangeEvent[]) => Promise<readonly Failure[]>> {
  const name = exchange === "" ? `queue ${routingKey}` : `exchange ${exchange}`;
  const returned = new Map<string, string>();
  let channel = await confirming();

  async function confirming() {
    const made = await answered(connection.acquire());
    made.on("basic.return", ({ messageId, replyText }) => {
      if (messageId !== undefined) returned.set(messageId, replyText);
    });
    await answered(made.confirmSelect());
    return made;
  }

  async function publish(part: readonly Message[]): Promise<Failure[]> {
    const confirms = part.map(({ event, text }) =>
      channel.basicPublish(
        {
          exchange,
          routingKey,
          mandatory: true,
          durable: true,
          contentType: "application/cloudevents+json",
          messageId: event.id,
          type: event.type,
          timestamp: Math.floor(event.committedAt / 1000),
        },
        Buffer.from(text),
      ),
    );
    const outcomes = await answered(Promise.allSettled(confirms));
    // The client tells of what was returned one turn after it tells of the confirm.
    await new Promise(setImmediate);
    const errors = outcomes.map((outcome) =>
      outcome.status === "rejected" ? outcome.reason : undefined,
    );
    const limit = errors.map(limitIn).find((found) => found !== undefined);
    if (limit !== undefined) {
      sizes.limit = limit;
      return withoutTooLarge(part);
    }
    const failures: Failure[] = [];
    for (const [at, { index, event }] of part.entries()) {
      const problem = refusalOf(errors[at]) ?? noRoute(returned.get(event.id));
      returned.delete(event.id);
      if (problem) failures.push({ index, final: false, reason: problem.message });
    }
    return failures;
  }

  /**
   * The refusal of a message closes the channel and does not say which it was. Those before it may
   * have arrived; they arrive again.
   */
  async function withoutTooLarge(part: readonly Message[]): Promise<Failure[]> {
    channel = await confirming();
    const failures: Failure[] = [];
    const rest: Message[] = [];
    for (const message of part) {
      const bytes = Buffer.byteLength(message.text);
      if (bytes > sizes.limit) failures.push(tooLarge(message.index, bytes, sizes.limit));
      else rest.push(message);
    }
    return rest.length === 0 ? failures : [...failures, ...(await publish(rest))];
  }

  /** @throws what concerns more than the one message */
  function refusalOf(error: unknown): BrokerError | undefined {
    if (error === undefined) return undefined;
    if (!(error instanceof AMQPError) || error.code !== "NACK") throw error;
    return new BrokerError("refused", `RabbitMQ, ${name}: not taken; the queue may be full`);
  }

  function noRoute(answer: string | undefined): BrokerError | undefined {
    if (answer === undefined) return undefined;
    return new BrokerError("missing", `RabbitMQ, ${name}, routing key ${routingKey}: ${answer}`);
  }

  const send = (part: readonly Message[]) =>
    publish(part).catch((error) => {
      throw explain(error);
    });

  return async (batch) => {
    const { messages, failures } = messagesOf(batch, sizes.limit);
    return [...failures, ...(await sendParts(partsByKey(messages, bytesAtOnce), send))];
  };
}

function limitIn(error: unknown): number | undefined {
  const [, limit] = /message size \d+ is larger than.* max size (\d+)/.exec(messageOf(error)) ?? [];
  return limit === undefined ? undefined : Number(limit);
}
