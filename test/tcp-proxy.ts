import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

interface Link {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * Stands between a client and a server on loopback, and can do to their connections what networks
 * do. It ends with `close()`.
 */
export class TcpProxy {
  readonly host = "127.0.0.1";
  readonly port: number;
  /** Connections that were accepted since the start. */
  accepted = 0;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #isSilent = false;
  #isRefusing = false;
  #awaited: { readonly text: string; readonly act: () => void }[] = [];

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /**
   * @param target where the server listens, on 127.0.0.1
   * @param address on which the proxy listens
   */
  static async open(target: number, address = "127.0.0.1"): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, address);
    await once(server, "listening");
    const bound = server.address();
    if (bound === null || typeof bound === "string") throw new Error("no port");
    const proxy = new TcpProxy(server, bound.port);
    server.on("connection", (near) => proxy.#join(near, target));
    return proxy;
  }

  /** The same URL, with this proxy in place of its server. */
  through(url: string): string {
    const changed = new URL(url);
    changed.hostname = this.host;
    changed.port = String(this.port);
    return changed.href;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#links.size;
  }

  /** Breaks all connections, as when a network device resets them. New ones are let through. */
  cut(): void {
    for (const link of this.#links) this.#drop(link);
  }

  /**
   * Nothing passes any more in either direction, and neither end is told: as when a cable is pulled.
   * New connections are accepted and hang.
   */
  silence(): void {
    this.#isSilent = true;
    for (const { near, far } of this.#links) {
      near.pause();
      far.pause();
    }
  }

  /** Breaks all connections and lets no new one through, until `restore()`. */
  refuse(): void {
    this.#isRefusing = true;
    this.cut();
  }

  /** The end of a silence or a refusal; what hung goes on. */
  restore(): void {
    this.#isRefusing = false;
    this.#isSilent = false;
    for (const { near, far } of this.#links) {
      near.resume();
      far.resume();
    }
  }

  /**
   * Acts once, when a client sends a text, before that reaches the server. After a `silence()` the
   * server still gets it, and the client no answer.
   */
  onceSaid(text: string, act: () => void): void {
    this.#awaited.push({ text, act });
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut();
    await once(this.#server, "close");
  }

  #join(near: Socket, target: number): void {
    this.accepted += 1;
    if (this.#isRefusing) {
      near.destroy();
      return;
    }
    const far = connect(target, "127.0.0.1");
    const link = { near, far };
    this.#links.add(link);
    near.on("data", (bytes: Buffer) => this.#hear(bytes));
    pass(near, far);
    pass(far, near);
    near.setNoDelay(true);
    far.setNoDelay(true);
    if (this.#isSilent) near.pause();
    for (const socket of [near, far]) {
      socket.on("error", () => undefined);
      socket.on("close", () => this.#drop(link));
    }
  }

  #hear(bytes: Buffer): void {
    const said = this.#awaited.filter(({ text }) => bytes.includes(text));
    this.#awaited = this.#awaited.filter((each) => !said.includes(each));
    for (const { act } of said) act();
  }

  #drop(link: Link): void {
    if (!this.#links.delete(link)) return;
    link.near.resetAndDestroy();
    link.far.resetAndDestroy();
  }
}

/** Passes on bytes, as fast as they are taken. */
function pass(from: Socket, to: Socket): void {
  from.on("data", (bytes) => {
    if (to.writable && !to.write(bytes)) {
      from.pause();
      to.once("drain", () => from.resume());
    }
  });
  from.on("end", () => to.end());
}
