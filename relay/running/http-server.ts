import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Registry } from "prom-client";
import type { Health } from "./health.ts";

/** Serves what has a path of its own below /events/. */
export interface EventsHandler {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

interface Served {
  readonly health: Health;
  readonly metrics: Registry;
  /** Nothing is there without one. */
  readonly events?: EventsHandler | undefined;
}

/** /healthz, /readyz, /metrics and the socket channels, on one port. */
export async function startHttpServer(listen: string, served: Served): Promise<Server> {
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000 },
    (request, response) => {
      answer(request, response, served).catch(() => response.destroy());
    },
  );
  server.on("upgrade", (request, socket, head) => {
    if (served.events === undefined) socket.destroy();
    else served.events.upgrade(request, socket, head);
  });
  const colon = listen.lastIndexOf(":");
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, "") || undefined;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port: Number(listen.slice(colon + 1)) }, resolve);
  });
  return server;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { health, metrics, events }: Served,
): Promise<void> {
  const path = request.url?.split("?", 1)[0] ?? "/";
  if (events !== undefined && path.startsWith("/events/")) return events.request(request, response);
  if (path === "/healthz") return text(response, 200, "alive\n");
  if (path === "/readyz") {
    const { ready, reason } = health.state();
    return text(response, ready ? 200 : 503, `${reason}\n`);
  }
  if (path === "/metrics") {
    response.setHeader("content-type", metrics.contentType);
    response.end(await metrics.metrics());
    return;
  }
  text(response, 404, "not found: /healthz, /readyz, /metrics or /events/\n");
}

function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(body);
}
