import type { IncomingMessage, ServerResponse } from "node:http";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Pool } from "pg";
import { WebSocketServer } from "ws";
import { SocketAccess, type SocketAccessOptions, type SocketPath } from "./socket-access.ts";
import { type Start, startAfter } from "./socket-log.ts";
import { follow, type Receiver } from "./socket-receiver.ts";
import { cursorIsGone, type Refusal, refusalBody, refusals } from "./socket-refusal.ts";
import { sseReceiver } from "./socket-sse.ts";
import type { SocketWakeups } from "./socket-wakeups.ts";
import { webSocketReceiver } from "./socket-websocket.ts";

/** What is told of receivers to whoever counts and logs. */
export interface SocketHooks {
  connected(path: SocketPath, address: string): void;
  ended(path: SocketPath, address: string): void;
  refused(refusal: Refusal, address: string): void;
}

export interface SocketServerOptions extends SocketAccessOptions {
  readonly pool: Pool;
  readonly wakeups: SocketWakeups;
  readonly hooks?: SocketHooks;
  readonly limits?: Partial<SocketLimits>;
}

export interface SocketLimits {
  /** Receivers at once, on one channel and in all. */
  readonly perChannel: number;
  readonly inAll: number;
  /** Milliseconds between signs of life. */
  readonly heartbeat: number;
  /** Milliseconds within which a receiver must take what was sent. */
  readonly patience: number;
  /** Milliseconds after which a receiver has to connect, and show its credentials, again. */
  readonly lifetime: number;
  /** Milliseconds between looks for what another relay has added. */
  readonly pollEvery: number;
}

const defaults: SocketLimits = {
  perChannel: 50,
  inAll: 1000,
  heartbeat: 15_000,
  patience: 60_000,
  lifetime: 3_600_000,
  pollEvery: 1_000,
};

interface Admitted {
  readonly path: SocketPath;
  readonly address: string;
  readonly channelId: number;
  readonly start: Extract<Start, { state: "found" }>;
}

/**
 * Serves GET /events/<stakeholder>/<notification>/<channel>, as server-sent events or as a WebSocket,
 * from what socket channels keep. A receiver goes on after an event with `Last-Event-ID` or `?cursor=`.
 */
export class SocketServer {
  readonly #options: SocketServerOptions;
  readonly #limits: SocketLimits;
  readonly #access: SocketAccess;
  readonly #receivers = new Map<Receiver, number>();
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: 1024,
    perMessageDeflate: false,
  });
  #isClosed = false;

  constructor(options: SocketServerOptions) {
    this.#options = options;
    this.#limits = { ...defaults, ...options.limits };
    this.#access = new SocketAccess(options);
  }

  request(request: IncomingMessage, response: ServerResponse): void {
    this.#admit(request).then(
      (admitted) => {
        if (response.destroyed) return;
        if ("status" in admitted) return refuseRequest(response, admitted);
        this.#serve(sseReceiver(response, admitted.start.cursor, this.#limits), admitted);
      },
      () => response.destroy(),
    );
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    this.#admit(request).then(
      (admitted) => {
        if (socket.destroyed) return;
        if ("status" in admitted) return refuseUpgrade(socket, admitted);
        this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
          this.#serve(webSocketReceiver(webSocket, this.#limits), admitted);
        });
      },
      () => socket.destroy(),
    );
  }

  /** Ends all connections, and takes no more. Receivers go on with another relay. */
  close(): void {
    this.#isClosed = true;
    for (const receiver of this.#receivers.keys()) receiver.end("stopping");
  }

  async #admit(request: IncomingMessage): Promise<Admitted | Refusal> {
    const admitted = await this.#judge(request);
    if ("status" in admitted) {
      this.#options.hooks?.refused(admitted, request.socket.remoteAddress ?? "");
    }
    return admitted;
  }

  async #judge(request: IncomingMessage): Promise<Admitted | Refusal> {
    if (request.method !== "GET") return refusals.notGet;
    const url = new URL(request.url ?? "/", "http://localhost");
    const path = pathOf(url.pathname);
    if (path === undefined) return refusals.notFound;
    if (isForeign(request)) return refusals.foreignOrigin;
    const { authorization } = request.headers;
    const address = request.socket.remoteAddress ?? "";
    const channelId = await this.#access.admit(path, authorization, address);
    if (typeof channelId !== "number") return channelId;
    if (!this.#hasRoom(channelId)) return refusals.tooManyReceivers;
    const cursor = request.headers["last-event-id"] ?? url.searchParams.get("cursor");
    const start = await startAfter(
      this.#options.pool,
      channelId,
      String(cursor ?? "") || undefined,
    );
    if (start.state === "malformed") return refusals.malformedCursor;
    if (start.state === "gone") return cursorIsGone(start.oldest);
    if (!this.#hasRoom(channelId)) return refusals.tooManyReceivers;
    return { path, address, channelId, start };
  }

  #hasRoom(channelId: number): boolean {
    const { perChannel, inAll } = this.#limits;
    const ofChannel = [...this.#receivers.values()].filter((id) => id === channelId).length;
    return !this.#isClosed && this.#receivers.size < inAll && ofChannel < perChannel;
  }

  #serve(receiver: Receiver, { path, address, channelId, start }: Admitted): void {
    const { pool, wakeups, hooks } = this.#options;
    const { lifetime, pollEvery } = this.#limits;
    this.#receivers.set(receiver, channelId);
    hooks?.connected(path, address);
    const timer = setTimeout(() => receiver.end("expired"), lifetime);
    receiver.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      this.#receivers.delete(receiver);
      hooks?.ended(path, address);
    });
    follow(receiver, { pool, wakeups, channelId, after: start.after, pollEvery }).catch(() =>
      receiver.end("failed"),
    );
  }
}

function pathOf(pathname: string): SocketPath | undefined {
  const parts = /^\/events\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(pathname);
  if (parts === null) return undefined;
  try {
    const [stakeholder = "", notification = "", channel = ""] = parts
      .slice(1)
      .map(decodeURIComponent);
    return { stakeholder, notification, channel };
  } catch {
    return undefined;
  }
}

/** A browser sends credentials that it knows also for a page that should not have them. */
function isForeign({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

function refuseRequest(response: ServerResponse, refusal: Refusal): void {
  response
    .writeHead(refusal.status, { "content-type": "application/json", ...refusal.headers })
    .end(refusalBody(refusal));
}

function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = refusalBody(refusal);
  const headers = {
    connection: "close",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    ...refusal.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n`;
  socket.end(`${status}${lines.join("")}\r\n${body}`);
}
