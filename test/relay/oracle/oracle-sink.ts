import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { Arrivals } from "./arrivals.ts";

/**
 * - ok: takes everything.
 * - failing: answers 500 and takes nothing.
 * - hanging: never answers, and takes nothing.
 * - forgetful: takes everything, and breaks the connection in place of an answer.
 * - refusing: does not listen.
 */
export type Mood = "ok" | "failing" | "hanging" | "forgetful" | "refusing";
export const badMoods: readonly Mood[] = ["failing", "hanging", "forgetful", "refusing"];

/** Milliseconds within which a sender has surely read an answer. */
const hearing = 1_000;

/** A webhook receiver with moods, which keeps what came by channel: the last part of the path. */
export class OracleSink {
  readonly arrivals = new Map<string, Arrivals>();
  readonly port: number;
  #mood: Mood = "ok";
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Of each connection, what came over it last. */
  readonly #last = new WeakMap<Socket, { readonly channel: string; readonly at: number }>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on("request", (request, response) => {
      this.#take(request, response).catch(() => response.destroy());
    });
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        this.#unhearLast(socket);
      });
      socket.on("error", () => undefined);
    });
  }

  static async start(): Promise<OracleSink> {
    const server = createServer();
    await listen(server, 0);
    return new OracleSink(server);
  }

  url(channel: string): string {
    return `http://127.0.0.1:${this.port}/${channel}`;
  }

  get mood(): Mood {
    return this.#mood;
  }

  async become(mood: Mood): Promise<void> {
    const before = this.#mood;
    if (before === mood) return;
    this.#mood = mood;
    // What hangs is never answered.
    if (before === "hanging" || mood === "refusing") this.#break();
    if (mood === "refusing") this.#server.close();
    if (before === "refusing") await listen(this.#server, this.port);
  }

  #break(): void {
    for (const socket of this.#sockets) socket.destroy();
    // What was answered last may not have been heard.
    const since = performance.now() - hearing;
    for (const came of this.arrivals.values()) {
      came.unhear(since);
    }
  }

  /** A sender that lost its patience ends the connection, and reads no answer that is on its way. */
  #unhearLast(socket: Socket): void {
    const last = this.#last.get(socket);
    if (last === undefined || performance.now() - last.at > hearing) return;
    this.arrivals.get(last.channel)?.unhear(last.at, last.at);
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const channel = request.url?.slice(1) ?? "";
    const body = await text(request);
    const mood = this.#mood;
    if (mood === "failing") {
      response.writeHead(500).end();
      return;
    }
    if (mood === "hanging") return;
    const known = this.arrivals.get(channel) ?? new Arrivals();
    this.arrivals.set(channel, known);
    const isAnswered = mood === "ok" && !response.destroyed;
    this.#last.set(request.socket, { channel, at: known.add(body, isAnswered) });
    if (isAnswered) response.writeHead(204).end();
    else response.destroy();
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}
