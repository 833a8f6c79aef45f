import { createHash } from "node:crypto";
import type { Failure } from "../delivery/channel.ts";
import { type ChangeEvent, structured } from "../encoding/change-event.ts";
import { requestsAtOnce } from "./aws-client.ts";
import { type Message, messagesOf, partsByKey, partsBySize, sendParts } from "./batch-parts.ts";
import { answered } from "./broker-channel.ts";
import { BrokerError, tooLarge } from "./broker-error.ts";

/** What SQS and SNS take in one request. */
export const messagesInRequest = 10;
/** Bytes of all messages in a request that both take, however they are set. */
const bytesInRequest = 256 * 1024;

/** A message as both services take it. */
export interface AwsEntry {
  readonly Id: string;
  readonly body: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** What both services say of a message that they did not take. */
export interface AwsRefusal {
  readonly Id?: string | undefined;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
  readonly SenderFault?: boolean | undefined;
}

export interface AwsDestination {
  /** For people. */
  readonly name: string;
  readonly isFifo: boolean;
  /** Bytes of a message, at most. */
  readonly limit: number;
  /** Goes before each event's id: the deduplication of a destination knows no channels. */
  readonly scope: string;
  publish(entries: AwsEntry[]): Promise<readonly AwsRefusal[]>;
  explain(error: unknown): unknown;
}

/** Publishes batches in requests of ten. No two under way have events of one key if order counts. */
export function awsPublisher(
  destination: AwsDestination,
): (batch: readonly ChangeEvent[]) => Promise<Failure[]> {
  async function publish(messages: readonly Message[]): Promise<readonly Failure[]> {
    try {
      const entries = messages.map((message) => entryOf(message, destination));
      const refusals = await answered(destination.publish(entries));
      return refusals.map((refusal) => failureOf(refusal, destination.name));
    } catch (error) {
      const [first] = messages;
      if (first && messages.length === 1 && isTooLarge(error)) {
        return [tooLarge(first.index, Buffer.byteLength(first.text))];
      }
      throw destination.explain(error);
    }
  }

  return (batch) => {
    const { messages, failures } = messagesOf(batch, destination.limit, bodyOf);
    const parts = destination.isFifo
      ? partsByKey(messages, Number.POSITIVE_INFINITY)
      : messages.length > 0
        ? [messages]
        : [];
    const send = (part: readonly Message[]) =>
      inRequests(partsBySize(part, bytesInRequest, messagesInRequest), publish);
    return sendParts(parts, send).then((more) => [...failures, ...more]);
  };
}

/** Several requests at once. What throws fails its own events, unless it is all of them. */
async function inRequests(
  requests: readonly (readonly Message[])[],
  publish: (messages: readonly Message[]) => Promise<readonly Failure[]>,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  const errors: unknown[] = [];
  const waiting = requests.values();
  const work = async () => {
    for (const messages of waiting) {
      try {
        failures.push(...(await publish(messages)));
      } catch (error) {
        errors.push(error);
        const reason = error instanceof Error ? error.message : String(error);
        failures.push(...messages.map(({ index }) => ({ index, final: false, reason })));
      }
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, work));
  if (errors.length === requests.length) throw errors[0];
  return failures;
}

/** In JSON only texts can hold the two characters that the services refuse. */
function bodyOf(event: ChangeEvent): string {
  return structured(event).replace(/[\ufffe\uffff]/g, (character) =>
    character === "\ufffe" ? "\\ufffe" : "\\uffff",
  );
}

function entryOf({ index, event, text }: Message, { isFifo, scope }: AwsDestination): AwsEntry {
  const entry = { Id: String(index), body: text };
  if (!isFifo) return entry;
  return {
    ...entry,
    MessageGroupId: /^[\w.-]{1,128}$/.test(event.key) ? event.key : hash(event.key),
    MessageDeduplicationId: hash(`${scope} ${event.id}`),
  };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** `SenderFault` says that the message itself is what the service does not take. */
function failureOf({ Id, Code = "", Message = "", SenderFault = false }: AwsRefusal, name: string) {
  const isDenied = /Denied|Auth|KMS/i.test(Code);
  const final = SenderFault && !isDenied;
  const problem = isDenied ? "denied" : "refused";
  const { message } = new BrokerError(problem, `${name}: ${Code} ${Message}`);
  return { index: Number(Id), final, reason: message };
}

function isTooLarge(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /BatchRequestTooLong/.test(error.name) ||
    /must be shorter than|too long|too large/i.test(error.message)
  );
}
