import type { Channel, Failure } from "../delivery/channel.ts";
import type { ChangeEvent } from "../encoding/change-event.ts";
import { AddressError } from "./address-guard.ts";
import { failuresOf, Interrupted } from "./batch-parts.ts";
import { BrokerError, messageOf, redacted } from "./broker-error.ts";

/** Milliseconds that connecting, and each exchange with a broker after that, may take. */
export const brokerTimeout = 10_000;

/** A connection to a broker. It is never mended: the one after a failure is a new one. */
export interface BrokerSession {
  /** Whether there is any use in sending more. */
  readonly isOpen: boolean;
  /** As `deliver` of a channel; whatever it throws ends the session. */
  send(batch: readonly ChangeEvent[]): Promise<readonly Failure[]>;
  /** Ends the connection at once; what is under way may stay unsettled. */
  close(): void;
}

export interface Broker {
  /** Batches at once, each with keys of its own: while one waits for its answer, another is made. */
  readonly partitions: number;
  readonly batchSize: number;
  /** What no reason may contain. */
  readonly secrets: readonly (string | undefined)[];
  /** Connects and logs in. Everything that it opened must be closed when it fails or is aborted. */
  connect(signal: AbortSignal): Promise<BrokerSession>;
}

/**
 * A channel to a broker: connects with the first batch and again with the first one after a failure,
 * so nothing waits in a client's own buffers and every failure is the lane's to time.
 */
export function brokerChannel({ partitions, batchSize, secrets, connect }: Broker): Channel {
  let opening: Promise<BrokerSession> | undefined;
  let session: BrokerSession | undefined;
  const closed = new AbortController();

  const open = async (): Promise<BrokerSession> => {
    if (session?.isOpen) return session;
    end(session);
    // Batches that come meanwhile wait for the same one.
    opening ??= connected(connect, closed.signal).finally(() => {
      opening = undefined;
    });
    session = await opening;
    return session;
  };
  const end = (ended: BrokerSession | undefined) => {
    if (ended === session) session = undefined;
    ended?.close();
  };
  return {
    partitions,
    batchSize,
    deliver: async (batch, signal) => {
      const stop = AbortSignal.any([signal, closed.signal]);
      let used: BrokerSession | undefined;
      try {
        used = await unlessAborted(open(), stop);
        return await unlessAborted(used.send(batch), stop);
      } catch (error) {
        end(used);
        if (!(error instanceof Interrupted)) throw readable(error, secrets, stop);
        const { message } = readable(error.cause, secrets, stop);
        return [...error.failures, ...failuresOf(error.rest, message)];
      }
    },
    close: async () => {
      closed.abort();
      end(session);
    },
  };
}

async function connected(connect: Broker["connect"], closed: AbortSignal): Promise<BrokerSession> {
  const late = AbortSignal.timeout(brokerTimeout);
  const stop = AbortSignal.any([closed, late]);
  const opening = connect(stop);
  try {
    return await unlessAborted(opening, stop);
  } catch (error) {
    // It may still come about: nobody will use it.
    opening.then((session) => session.close()).catch(() => undefined);
    if (!late.aborted) throw error;
    throw new BrokerError("unreachable", `no connection within ${brokerTimeout / 1000} s`);
  }
}

/** Waits for the work, but no longer than until the signal. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** One exchange with a broker, which fails when it takes too long. */
export async function answered<T>(exchange: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new BrokerError("unreachable", `no answer within ${brokerTimeout / 1000} s`);
    timer = setTimeout(reject, brokerTimeout, error);
  });
  try {
    return await Promise.race([exchange, late]);
  } finally {
    clearTimeout(timer);
  }
}

function readable(error: unknown, secrets: Broker["secrets"], stop: AbortSignal): Error {
  if (stop.aborted) return new BrokerError("unreachable", "stopped before the broker answered");
  if (error instanceof AddressError) return error;
  if (error instanceof BrokerError) {
    return new BrokerError(error.problem, redacted(error.message.replace(/^IDB\d+ /, ""), secrets));
  }
  return new BrokerError("unreachable", redacted(messageOf(error), secrets));
}
