import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** An event as it arrived. */
export interface Arrived {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: {
    readonly new?: Readonly<Record<string, unknown>>;
    readonly old?: Readonly<Record<string, unknown>>;
    readonly [name: string]: unknown;
  };
}

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** The HTTP server of a stakeholder, which takes webhooks and remembers what came. */
export class Receiver {
  readonly url: string;
  readonly events: Arrived[] = [];
  /** What it does with a request in place of taking it. */
  behaviour: Behaviour | undefined;
  /** Told of each event as it comes. */
  onEvent: ((event: Arrived) => void) | undefined;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    server.on("request", (request, response) => {
      this.#take(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Receiver(server);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.behaviour !== undefined) return this.behaviour(request, response);
    const body = JSON.parse(await text(request));
    const events: Arrived[] = Array.isArray(body) ? body : [body];
    this.events.push(...events);
    for (const event of events) this.onEvent?.(event);
    response.writeHead(204).end();
  }

  /** Waits until at least that many events came. */
  async received(count: number, seconds = 20): Promise<readonly Arrived[]> {
    const deadline = Date.now() + seconds * 1000;
    while (this.events.length < count) {
      if (Date.now() > deadline) {
        throw new Error(
          `expected ${count} events, ${this.events.length} came: ${JSON.stringify(this.events.slice(-3))}`,
        );
      }
      await sleep(10);
    }
    return this.events;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
