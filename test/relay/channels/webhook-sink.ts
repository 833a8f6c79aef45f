import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** A request as it arrived. */
export interface SinkRequest {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

type Answer = (request: SinkRequest, response: ServerResponse) => void;

/** An HTTP server on loopback that keeps what it took with a 2xx. */
export interface WebhookSink {
  readonly url: string;
  /** Every request, taken or not. */
  readonly requests: readonly SinkRequest[];
  /** Structured events of the requests that were answered 2xx, in order. */
  readonly events: readonly string[];
  /** How to answer from now on; by default 204. */
  answer(how: Answer): void;
  /** Stops to listen and cuts every connection. */
  interrupt(): Promise<void>;
  /** Listens again, at the same port. */
  resume(): Promise<void>;
}

const taken: Answer = (_, response) => void response.writeHead(204).end();

export async function startWebhookSink(path = "/events"): Promise<WebhookSink> {
  const requests: SinkRequest[] = [];
  const events: string[] = [];
  const sockets = new Set<Socket>();
  let answer = taken;
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of message) chunks.push(chunk);
    } catch {
      return;
    }
    const request = { headers: message.headers, body: Buffer.concat(chunks).toString() };
    requests.push(request);
    answer(request, response);
    const { statusCode, headersSent } = response;
    if (headersSent && statusCode >= 200 && statusCode < 300) events.push(...eventsOf(request));
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const port = await listen(0);
  return {
    url: `http://127.0.0.1:${port}${path}`,
    requests,
    events,
    answer: (how) => {
      answer = how;
    },
    interrupt: async () => {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    resume: async () => {
      await listen(port);
    },
  };
}

/** The structured form of the events of a request, whatever its mode. */
function eventsOf({ headers, body }: SinkRequest): string[] {
  const type = headers["content-type"] ?? "";
  if (type.startsWith("application/cloudevents-batch+json")) {
    const list: unknown[] = JSON.parse(body);
    return list.map((event) => JSON.stringify(event));
  }
  if (type.startsWith("application/cloudevents+json")) return [body];
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith("ce-"))
    .map(([name, value]) => [name.slice(3), decodeURIComponent(String(value))]);
  const event = { ...Object.fromEntries(attributes), datacontenttype: type };
  return [JSON.stringify({ ...event, data: JSON.parse(body) })];
}
