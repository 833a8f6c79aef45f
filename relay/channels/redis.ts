import { createClient, ErrorReply } from "@redis/client";
import type { Channel } from "../delivery/channel.ts";
import type { ChangeEvent } from "../encoding/change-event.ts";
import { assertLiteral, guardedLookup } from "./address-guard.ts";
import { type Message, messagesOf, partsBySize, sendParts } from "./batch-parts.ts";
import { answered, type BrokerSession, brokerChannel, brokerTimeout } from "./broker-channel.ts";
import { BrokerError, messageOf } from "./broker-error.ts";
import { hostAndPort } from "./broker-url.ts";
import type { ChannelContext } from "./channel-context.ts";
import { type RedisOptions, redisBatches } from "./redis-options.ts";

/**
 * Adds all events in one step that stops at the first error, so none is ever behind a later one.
 * KEYS: the stream. ARGV: its length or an empty text, then the events.
 */
const addAll = `
for at = 2, #ARGV do
  if ARGV[1] == '' then redis.call('XADD', KEYS[1], '*', 'event', ARGV[at])
  else redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'event', ARGV[at]) end
end
return #ARGV - 1`;

const defaultLargest = 512 * 1024 * 1024;

/** Bytes of events in one script; other clients of the server wait for so long. */
const scriptLimit = 4 * 1024 * 1024;

/**
 * Redis Streams. Each event is an entry with the one field `event`: the CloudEvent in the structured
 * JSON format, since there is no protocol binding for Redis. An event counts as delivered when Redis
 * has answered; how much of that outlives a crash of Redis is its own setting (appendfsync).
 *
 * @see https://redis.io/docs/latest/commands/xadd/
 */
export function openRedis(options: RedisOptions, context: ChannelContext): Channel {
  const stream = options.stream ?? `integratedb:${context.stakeholder}:${context.notification}`;
  const { host, port } = hostAndPort(options.url, 6379);
  const { protocol, pathname } = new URL(options.url);

  async function connect(): Promise<BrokerSession> {
    assertLiteral(host, context.allow);
    const client = createClient({
      socket: {
        host,
        port,
        lookup: guardedLookup(context.allow),
        ...(protocol === "rediss:" && { tls: true, servername: host }),
        connectTimeout: brokerTimeout,
        reconnectStrategy: false,
      },
      ...(pathname.length > 1 && { database: Number(pathname.slice(1)) }),
      ...(options.username !== undefined && { username: options.username }),
      ...(options.password !== undefined && { password: options.password }),
      disableOfflineQueue: true,
      disableClientInfo: true,
      // It would let the server send the client to other addresses.
      maintNotifications: "disabled",
    });
    // What it reports here it also rejects the command under way with.
    client.on("error", () => undefined);
    const close = () => {
      if (client.isOpen) client.destroy();
    };
    try {
      await client.connect();
    } catch (error) {
      close();
      throw explained(error, stream);
    }
    const run = (...command: string[]) =>
      answered(client.sendCommand(command)).catch((error) => {
        throw explained(error, stream);
      });
    const largest = await largestValue(run);
    const add = async (part: readonly Message[]) => {
      const events = part.map(({ text }) => text);
      await run("EVAL", addAll, "1", stream, String(options.max_length ?? ""), ...events);
      return [];
    };
    const send = async (batch: readonly ChangeEvent[]) => {
      const { messages, failures } = messagesOf(batch, largest);
      return [...failures, ...(await sendParts(partsBySize(messages, scriptLimit), add))];
    };
    return {
      get isOpen() {
        return client.isReady;
      },
      send,
      close,
    };
  }

  return brokerChannel({
    ...redisBatches(options),
    secrets: [options.password],
    connect,
  });
}

/**
 * The bytes that a value may have. Redis closes the connection of whoever sends more, often before
 * it can say so. Who may not ask is told its default.
 */
async function largestValue(run: (...command: string[]) => Promise<unknown>): Promise<number> {
  try {
    const reply = await run("CONFIG", "GET", "proto-max-bulk-len");
    const values = Object.values(reply as Record<string, string>).map(Number);
    return values.find((value) => value > 0) ?? defaultLargest;
  } catch (error) {
    if (error instanceof BrokerError && error.problem !== "unreachable") return defaultLargest;
    throw error;
  }
}

function explained(error: unknown, stream: string): unknown {
  if (!(error instanceof ErrorReply)) return error;
  const text = messageOf(error);
  if (/^(WRONGPASS|NOAUTH|NOPERM|DENIED)|invalid password|without any password/i.test(text)) {
    return new BrokerError("denied", `Redis: ${text}`);
  }
  return new BrokerError("refused", `Redis, stream ${stream}: ${text}`);
}
