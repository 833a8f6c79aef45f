import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { FrameQueue } from "./frame-queue.ts";

/** Terminate. */
const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);
const CLOSE_TIMEOUT = 2_000;

/** What is done with a frame. A promise holds the reading until it is settled. */
export type OnFrame = (
  type: number,
  bytes: Buffer,
  start: number,
  end: number,
) => void | Promise<void>;

/**
 * Carries the frames of a connection to whoever reads them, one after the other. While they are
 * held up nothing is read from the socket, so that the server's own sending stops.
 */
export class FramePump {
  /**
   * The socket for the client that connects. Until `takeOver` what it receives goes to that client;
   * from then on it is read in large pieces, without a copy, unless TLS lies over it.
   */
  readonly socket: Socket;
  /** Settled when the connection has ended: always with an error, unless `stop` was called. */
  readonly ended: Promise<void>;
  /** Bytes read since `takeOver`. */
  bytesRead = 0;
  /** When the last bytes came, or the reading went on, in milliseconds of `performance.now()`. */
  lastActiveAt = 0;
  readonly #queue = new FrameQueue();
  #stream: Duplex | undefined;
  #onFrame: OnFrame | undefined;
  #holds = 0;
  #isOver = false;
  #settle: { resolve(): void; reject(error: unknown): void };

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#settle = { resolve, reject };
    this.socket = new Socket({
      onread: {
        buffer: () => this.#queue.room(),
        callback: (count, buffer) => {
          if (this.#onFrame) this.#arrived(count);
          else this.socket.emit("data", Buffer.from(buffer.subarray(0, count)));
          return true;
        },
      },
    });
  }

  /** @param stream the socket, or the TLS socket over it, between two answers of the server */
  takeOver(stream: Duplex, onFrame: OnFrame): void {
    this.#stream = stream;
    this.#onFrame = onFrame;
    this.lastActiveAt = performance.now();
    stream.removeAllListeners("data");
    if (stream !== this.socket) {
      stream.on("data", (chunk: Buffer) => {
        if (!this.#isOver) this.#queue.append(chunk);
        this.#read(chunk.length);
      });
    }
    stream.once("error", (error) => this.stop(error));
    stream.once("close", () => this.stop(new Error("the server closed the connection")));
  }

  get isHeld(): boolean {
    return this.#holds > 0;
  }

  /** Nothing is read until `resume` was called as often. */
  pause(): void {
    this.#holds += 1;
    this.#stream?.pause();
  }

  resume(): void {
    this.#holds -= 1;
    if (this.#holds > 0 || this.#isOver) return;
    this.#pump();
    if (this.#holds > 0 || this.#isOver) return;
    this.lastActiveAt = performance.now();
    this.#stream?.resume();
  }

  send(frame: Buffer): void {
    if (this.#stream?.writable) this.#stream.write(frame);
  }

  /** Reads no further. @param error why, unless it is what was wanted */
  stop(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream?.pause();
    if (error === undefined) this.#settle.resolve();
    else this.#settle.reject(error);
  }

  /**
   * Says good-bye and waits until the server is gone: what it has sent in the meantime is thrown
   * away, since a connection that is closed over unread bytes takes back what was sent last.
   */
  async close(): Promise<void> {
    const stream = this.#stream;
    if (!stream || stream.destroyed) return;
    stream.end(TERMINATE);
    stream.resume();
    const tooLong = setTimeout(() => stream.destroy(), CLOSE_TIMEOUT);
    if (!stream.closed) await new Promise<void>((resolve) => stream.once("close", resolve));
    clearTimeout(tooLong);
  }

  #arrived(count: number): void {
    if (!this.#isOver) this.#queue.wrote(count);
    this.#read(count);
  }

  #read(count: number): void {
    this.bytesRead += count;
    this.lastActiveAt = performance.now();
    if (this.#holds === 0 && !this.#isOver) this.#pump();
  }

  #pump(): void {
    const queue = this.#queue;
    const onFrame = this.#onFrame as OnFrame;
    try {
      while (this.#holds === 0 && !this.#isOver) {
        const type = queue.next();
        if (type < 0) return;
        const pending = onFrame(type, queue.bytes, queue.bodyStart, queue.bodyEnd);
        if (pending) this.#holdUntil(pending);
      }
    } catch (error) {
      this.stop(error);
    }
  }

  #holdUntil(pending: Promise<void>): void {
    this.pause();
    pending.then(
      () => this.resume(),
      (error: unknown) => this.stop(error),
    );
  }
}
