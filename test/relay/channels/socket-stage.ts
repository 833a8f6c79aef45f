import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type SocketLimits, SocketServer } from "../../../relay/channels/socket-server.ts";
import { SocketWakeups } from "../../../relay/channels/socket-wakeups.ts";
import { readRelayKey } from "../../../relay/registry/relay-key.ts";
import { openConfig } from "../../../relay/registry/unseal.ts";
import { RelayStage } from "../relay-stage.ts";

/** A password of the logins `reporting` and `billing`. */
const password = "pass: word/ü%";

/**
 * A database with the stakeholders reporter and biller, each with a login of its own, and servers of
 * socket channels as a relay has them.
 */
export class SocketStage {
  readonly relay: RelayStage;
  readonly #servers: SocketHost[] = [];

  private constructor(relay: RelayStage) {
    this.relay = relay;
  }

  static async start(): Promise<SocketStage> {
    const relay = await RelayStage.start();
    await relay.stakeholder("biller");
    await relay.sql(
      `CREATE ROLE reporting LOGIN PASSWORD '${password}' IN ROLE reporter`,
      `CREATE ROLE billing LOGIN PASSWORD '${password}' IN ROLE biller`,
    );
    return new SocketStage(relay);
  }

  /** Makes a notification with the channel `live`. @returns the channel's id */
  async channel(notification: string, options: object = {}): Promise<number> {
    const channels = { live: { type: "socket", ...options } };
    await this.relay.notify(notification, { match: [{ path: "public.orders" }], channels });
    const { rows } = await this.relay.database.owner.query(
      "SELECT id FROM integratedb.channel WHERE notification = $1",
      [notification],
    );
    return rows[0].id;
  }

  /** A server of its own, as of another relay. */
  async serve(limits: Partial<SocketLimits> = {}): Promise<SocketHost> {
    const host = await SocketHost.open(this.relay, limits);
    this.#servers.push(host);
    return host;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stop()));
    await this.relay.stop();
  }
}

/** What a relay has for socket channels. */
export class SocketHost {
  readonly pool: pg.Pool;
  readonly wakeups: SocketWakeups;
  readonly sockets: SocketServer;
  readonly #server: Server;

  private constructor(
    pool: pg.Pool,
    wakeups: SocketWakeups,
    sockets: SocketServer,
    server: Server,
  ) {
    this.pool = pool;
    this.wakeups = wakeups;
    this.sockets = sockets;
    this.#server = server;
  }

  static async open(stage: RelayStage, limits: Partial<SocketLimits>): Promise<SocketHost> {
    const databaseUrl = stage.settings()["INTEGRATEDB_RELAY_DATABASE_URL"] ?? "";
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
    const wakeups = new SocketWakeups();
    const key = readRelayKey(stage.privateKey);
    const sockets = new SocketServer({
      pool,
      databaseUrl,
      wakeups,
      openConfig: (config) => openConfig(config, key),
      limits,
    });
    const server = createServer((request, response) => sockets.request(request, response));
    server.on("upgrade", (request, socket, head) => sockets.upgrade(request, socket, head));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new SocketHost(pool, wakeups, sockets, server);
  }

  url(path: string, protocol = "http"): string {
    return `${protocol}://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  /** Breaks all connections. */
  cut(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.sockets.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await this.pool.end();
  }
}

export function basic(user: string, secret = password): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}` };
}

/** A client of server-sent events, on top of fetch. */
export class EventSourceClient {
  readonly events: { readonly id: string; readonly data: string }[] = [];
  /** What it would send as Last-Event-ID. */
  lastId = "";
  isOver = false;
  readonly response: Response;
  readonly #stop: AbortController;

  private constructor(response: Response, stop: AbortController) {
    this.response = response;
    this.#stop = stop;
    this.#read().then(
      () => {
        this.isOver = true;
      },
      () => {
        this.isOver = true;
      },
    );
  }

  static async open(url: string, headers: Record<string, string>): Promise<EventSourceClient> {
    const stop = new AbortController();
    const response = await fetch(url, { headers, signal: stop.signal });
    return new EventSourceClient(response, stop);
  }

  async until(count: number): Promise<string[]> {
    await eventually(() => this.events.length >= count);
    return this.events.map(({ id }) => id);
  }

  close(): void {
    this.#stop.abort();
  }

  async #read(): Promise<void> {
    if (!this.response.ok || this.response.body === null) return;
    const text = this.response.body.pipeThrough(new TextDecoderStream());
    let rest = "";
    for await (const chunk of text) {
      const blocks = (rest + chunk).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) this.#take(block.split("\n"));
    }
  }

  #take(lines: readonly string[]): void {
    const values = (name: string) =>
      lines.flatMap((line) => (line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : []));
    const [id] = values("id");
    if (id !== undefined) this.lastId = id;
    const data = values("data");
    if (data.length > 0) this.events.push({ id: this.lastId, data: data.join("\n") });
  }
}

export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("it did not come to be within 20 s");
    await sleep(10);
  }
}
