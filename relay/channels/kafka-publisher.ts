import type { Producer } from "@platformatic/kafka";
import type { Failure } from "../delivery/channel.ts";
import type { ChangeEvent } from "../encoding/change-event.ts";
import { type Message, messagesOf, partsBySize, sendParts } from "./batch-parts.ts";
import { answered } from "./broker-channel.ts";
import { BrokerError, tooLarge } from "./broker-error.ts";
import { kafkaProblem } from "./kafka-error.ts";

/**
 * Bytes of values in one request: a topic's limit, by default 1,048,588 bytes, holds for what one
 * request has for one partition.
 */
const requestLimit = 900_000;

/** Sends batches to a topic with a producer that is idempotent. */
export function kafkaPublisher(
  producer: Producer,
  topic: string,
): (batch: readonly ChangeEvent[]) => Promise<Failure[]> {
  /** The broker does not say which event is too large for it: halves are sent until it is alone. */
  async function publish(part: readonly Message[]): Promise<Failure[]> {
    try {
      await answered(producer.send({ messages: part.map((message) => recordOf(message, topic)) }));
      return [];
    } catch (error) {
      const problem = kafkaProblem(error, topic);
      if (!(problem instanceof BrokerError) || problem.problem !== "too-large") throw problem;
      const [first] = part;
      if (first && part.length === 1) {
        return [tooLarge(first.index, Buffer.byteLength(first.text))];
      }
      const middle = part.length >> 1;
      return sendParts([part.slice(0, middle), part.slice(middle)], publish);
    }
  }

  return (batch) => {
    const { messages } = messagesOf(batch, Number.POSITIVE_INFINITY, ({ data }) => data);
    return sendParts(partsBySize(messages, requestLimit), publish);
  };
}

function recordOf({ event, text }: Message, topic: string) {
  const { datacontenttype, ...attributes }: Record<string, unknown> = JSON.parse(event.attributes);
  const headers = new Map<Buffer, Buffer>();
  const add = (name: string, value: string) => headers.set(Buffer.from(name), Buffer.from(value));
  add("content-type", String(datacontenttype ?? "application/json"));
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) add(`ce_${name}`, String(value));
  }
  return { topic, key: Buffer.from(event.key), value: Buffer.from(text), headers };
}
