import {
  createInbox,
  headers,
  type Msg,
  type NatsConnection,
  PermissionViolationError,
} from "@nats-io/transport-node";
import type { Failure } from "../delivery/channel.ts";
import type { ChangeEvent } from "../encoding/change-event.ts";
import { type Message, messagesOf, partsByKey, sendParts } from "./batch-parts.ts";
import { brokerTimeout } from "./broker-channel.ts";
import { BrokerError } from "./broker-error.ts";

/** Bytes of events under way. */
const bytesAtOnce = 8 * 1024 * 1024;

/** Room for the headers, which count against the size that the server takes. */
const headerRoom = 512;

/** Messages under way whose acknowledgement is awaited, by the last part of their reply subject. */
type Waiting = Map<string, (answer: Msg | Error) => void>;

/**
 * Publishes to a JetStream stream, many at once on one reply subject: the client's own `publish`
 * makes a timer and four promises for each message and is a third as fast.
 *
 * @param scope goes before each event's id in `Nats-Msg-Id`: a stream may have several channels
 */
export function natsPublisher(
  connection: NatsConnection,
  subject: string,
  scope: string,
): (batch: readonly ChangeEvent[]) => Promise<readonly Failure[]> {
  const inbox = createInbox();
  const waiting: Waiting = new Map();
  let count = 0;
  const fail = (error: Error) => {
    for (const settle of waiting.values()) settle(error);
  };
  connection.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error) fail(error);
      else waiting.get(message.subject.slice(inbox.length + 1))?.(message);
    },
  });
  connection.closed().then((error) => fail(error || new Error("the connection was closed")));
  void watchRights(connection, fail);

  /** Resolves when all are answered, one way or the other. */
  const publish = (part: readonly Message[]): Promise<Failure[]> =>
    new Promise((resolve, reject) => {
      const failures: Failure[] = [];
      const mine: string[] = [];
      let open = part.length;
      const end = (error?: Error) => {
        clearTimeout(timer);
        for (const token of mine) waiting.delete(token);
        if (error) reject(error);
        else resolve(failures);
      };
      const timer = setTimeout(() => {
        end(new BrokerError("unreachable", `no answer within ${brokerTimeout / 1000} s`));
      }, brokerTimeout);
      for (const { index, event, text } of part) {
        const token = String(count++);
        mine.push(token);
        waiting.set(token, (answer) => {
          if (answer instanceof Error) return end(answer);
          const refusal = refusalIn(answer, subject);
          if (refusal?.problem === "missing") return end(refusal);
          if (refusal) failures.push({ index, final: false, reason: refusal.message });
          if (--open === 0) end();
        });
        const head = headers();
        head.set("content-type", "application/cloudevents+json");
        head.set("Nats-Msg-Id", `${scope}:${event.id}`);
        connection.publish(subject, text, {
          reply: `${inbox}.${token}`,
          headers: head,
        });
      }
    });

  return async (batch) => {
    const taken = connection.info?.max_payload ?? 1_048_576;
    const { messages, failures } = messagesOf(batch, taken - headerRoom - scope.length * 3);
    return [...failures, ...(await sendParts(partsByKey(messages, bytesAtOnce), publish))];
  };
}

/** A server answers 503 when nobody listens to the subject: no stream has it. */
function refusalIn(answer: Msg, subject: string): BrokerError | undefined {
  if (answer.data.length === 0 && answer.headers?.code === 503) {
    return new BrokerError(
      "missing",
      `no JetStream stream of the server takes the subject ${subject}`,
    );
  }
  const text = answer.string();
  if (!text.includes('"error"')) return undefined;
  const { error } = answer.json<{ error?: { description?: string } }>();
  return new BrokerError("refused", `NATS, subject ${subject}: ${error?.description ?? text}`);
}

/** The server reports what a login may not publish apart from the message, and closes nothing. */
async function watchRights(
  connection: NatsConnection,
  fail: (error: Error) => void,
): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type !== "error") continue;
    const isDenied = status.error instanceof PermissionViolationError;
    fail(isDenied ? new BrokerError("denied", `NATS: ${status.error.message}`) : status.error);
  }
}
