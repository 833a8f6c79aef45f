import type { ServerResponse } from "node:http";
import type { EndReason, Receiver } from "./socket-receiver.ts";

export interface ReceiverTimes {
  /** Milliseconds between signs of life. */
  readonly heartbeat: number;
  /** Milliseconds within which a receiver must take what was sent. */
  readonly patience: number;
}

/**
 * Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @param cursor what a receiver that has received nothing yet is to go on from
 */
export function sseReceiver(
  response: ServerResponse,
  cursor: string,
  { heartbeat, patience }: ReceiverTimes,
): Receiver {
  const over = new AbortController();
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    // Or a proxy would keep events back until it has many.
    "x-accel-buffering": "no",
  });
  response.write(`retry: 1000\nid: ${cursor}\n\n`);
  const beat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(":\n\n");
  }, heartbeat);
  response.once("close", () => {
    clearInterval(beat);
    over.abort();
  });
  response.on("error", () => undefined);
  const end = (reason: EndReason) => {
    if (reason === "slow" || reason === "failed") response.destroy();
    else response.end(`: ${reason}\n\n`);
  };
  return {
    signal: over.signal,
    async send(id, event) {
      // JSON of a column may have line ends between its tokens.
      const lines = event.replace(/\r\n?|\n/g, "\ndata: ");
      if (response.write(`id: ${id}\ndata: ${lines}\n\n`)) return;
      await roomIn(response, over.signal, patience, () => end("slow"));
    },
    end,
  };
}

function roomIn(
  response: ServerResponse,
  signal: AbortSignal,
  patience: number,
  onSlow: () => void,
): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(onSlow, patience);
    const go = () => {
      clearTimeout(timer);
      response.off("drain", go);
      signal.removeEventListener("abort", go);
      resolve();
    };
    response.once("drain", go);
    signal.addEventListener("abort", go, { once: true });
  });
}
