import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Certificate } from "../../certificate.ts";

/** A request as a stand-in sees it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Readonly<Record<string, unknown>>;
}

/** An answer in JSON, or in text. */
export interface Answered {
  readonly status: number;
  readonly body?: object | string;
  readonly headers?: Record<string, string>;
}

export interface HttpServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A server on 127.0.0.1 that answers what a function says.
 *
 * @param tls what it shows of itself; without it, it speaks plain HTTP
 */
export async function startHttpServer(
  answer: (asked: Asked) => Answered,
  tls?: Certificate,
): Promise<HttpServer> {
  const listener: RequestListener = async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const { status, body, headers } = answer({
      method: request.method ?? "",
      path: decodeURIComponent(pathname),
      query: searchParams,
      headers: request.headers,
      body: text.startsWith("{") ? JSON.parse(text) : {},
    });
    const type = typeof body === "string" ? "text/plain" : "application/json";
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(typeof body === "object" ? JSON.stringify(body) : body);
  };
  const server =
    tls === undefined
      ? createServer(listener)
      : createSecureServer({ cert: tls.certificate, key: tls.key }, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
