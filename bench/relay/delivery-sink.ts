import type { PeerRoute } from "./mq-bridge.ts";

/** Where events are delivered to, by the relay and by its peer, in turns. */
export interface DeliverySink {
  /** As part of a sentence. */
  readonly name: string;
  /** The configuration of the relay's channel. */
  readonly channel: object;
  readonly peer: PeerRoute;
  /** Begins to count. @returns milliseconds from the first event until so many have arrived */
  arrival(count: number): Promise<number>;
  stop(): Promise<void>;
}

/** Milliseconds between two looks at a server that keeps what it is sent. */
const often = 5;

/** As `arrival`, for a server that says how many it has; it has none now. */
export async function polledArrival(count: number, stored: () => Promise<number>): Promise<number> {
  let firstAt: number | undefined;
  for (;;) {
    const found = await stored();
    if (found > 0) firstAt ??= performance.now();
    if (found >= count) return performance.now() - (firstAt ?? 0);
    await new Promise((resolve) => setTimeout(resolve, often));
  }
}
