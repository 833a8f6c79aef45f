import type { Pool } from "pg";
import { pageAfter } from "./socket-log.ts";
import type { SocketWakeups } from "./socket-wakeups.ts";

/** Why the relay ends a connection. */
export type EndReason = "stopping" | "expired" | "gone" | "failed" | "slow";

/** Somebody who is connected, whatever the protocol. */
export interface Receiver {
  /** Aborted when the connection is over. */
  readonly signal: AbortSignal;
  /** Sends an event, and waits until there is room for more. */
  send(id: string, event: string): Promise<void>;
  end(reason: EndReason): void;
}

export interface FollowOptions {
  readonly pool: Pool;
  readonly wakeups: SocketWakeups;
  readonly channelId: number;
  /** The place after which events are sent. */
  readonly after: string;
  /** Milliseconds between looks for what another relay has added. */
  readonly pollEvery: number;
}

/**
 * Sends what is kept and what is added, in order, until the connection is over. Not more than a page
 * is in memory for it, however slow the receiver.
 */
export async function follow(receiver: Receiver, options: FollowOptions): Promise<void> {
  const { pool, wakeups, channelId, pollEvery } = options;
  const { signal } = receiver;
  let { after } = options;
  while (!signal.aborted) {
    const version = wakeups.version(channelId);
    const page = await pageAfter(pool, channelId, after);
    if (page === undefined) return receiver.end("gone");
    for (const { seq, id, event } of page) {
      if (signal.aborted) return;
      await receiver.send(id, event);
      after = seq;
    }
    if (page.length === 0) await wakeups.changed(channelId, version, pollEvery, signal);
  }
}
