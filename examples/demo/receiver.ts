import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** As much of an event as is printed. */
export interface Received {
  readonly type: string;
  readonly subject: string;
  readonly data: { readonly new?: Readonly<Record<string, unknown>> };
}

/** The reporter's own service, to which the relay POSTs events. */
export interface Receiver {
  readonly url: string;
  /**
   * The next event, in the order in which they came.
   *
   * @throws when none comes within half a minute
   */
  next(): Promise<Received>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const events: Received[] = [];
  const server = createServer(async (request, response) => {
    events.push((await json(request)) as Received);
    response.writeHead(204).end();
    server.emit("event");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    async next() {
      while (events.length === 0) {
        await once(server, "event", { signal: AbortSignal.timeout(30_000) });
      }
      return events.shift() as Received;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
