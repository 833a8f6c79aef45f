import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";

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

/** Of the stand-ins that want TLS: for 127.0.0.1, signed by itself. */
export const certificateFile = new URL("certificate/server.pem", import.meta.url);

/** A server on 127.0.0.1 that answers what a function says. */
export async function startHttpServer(
  answer: (asked: Asked) => Answered,
  scheme: "http" | "https" = "http",
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
  const tls = () => ({
    cert: readFileSync(certificateFile),
    key: readFileSync(new URL("certificate/server.key", import.meta.url)),
  });
  const server = scheme === "http" ? createServer(listener) : createSecureServer(tls(), listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
