import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { FrameQueue } from "./frame-queue.ts";
import { ReadPacing } from "./read-pacing.ts";

/** Terminate. */
const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);
const CLOSE_TIMEOUT = 2_000;
/** Bytes of the largest piece in which TLS hands on what it received. */
const TLS_RECORD = 16 * 1024;

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
  readonly #pacing = new ReadPacing();
  #stream: Duplex | undefined;
  #onFrame: OnFrame | undefined;
  #held: Promise<void> | undefined;
  #rest: NodeJS.Timeout | undefined;
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
          if (this.#onFrame) this.#arrived(count, count < buffer.length);
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
        if (this.#isOver) return;
        this.#queue.append(chunk);
        this.#read(chunk.length, chunk.length < TLS_RECORD);
      });
    }
    stream.once("error", (error) => this.stop(error));
    stream.once("close", () => this.stop(new Error("the server closed the connection")));
  }

  /** Whether what was done with the last frame has not come to its end. */
  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  /** Whether no frame is handed on any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Settled when what was done with the last frame has come to its end, in whichever way. */
  async settled(): Promise<void> {
    await this.#held?.catch(() => undefined);
  }

  send(frame: Buffer): void {
    if (this.#stream?.writable) this.#stream.write(frame);
  }

  /** Reads no further. @param error why, unless it is what was wanted */
  stop(error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#rest);
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

  #arrived(count: number, isAll: boolean): void {
    if (this.#isOver) return;
    this.#queue.wrote(count);
    this.#read(count, isAll);
  }

  #read(count: number, isAll: boolean): void {
    const now = performance.now();
    this.bytesRead += count;
    this.lastActiveAt = now;
    this.#pump();
    if (this.isHeld || this.#isOver) return;
    const rest = this.#pacing.restAfter(count, isAll, now);
    if (rest === 0 && isAll) return;
    this.#stream?.pause();
    // Else many blocks would be read before what came with the first one is sent anywhere.
    if (rest === 0) setImmediate(() => this.#goOn());
    else this.#rest = setTimeout(() => this.#goOn(), rest);
  }

  #pump(): void {
    const queue = this.#queue;
    const onFrame = this.#onFrame as OnFrame;
    try {
      while (!this.isHeld && !this.#isOver) {
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
    this.#held = pending;
    this.#stream?.pause();
    pending.then(
      () => {
        this.#held = undefined;
        this.#pump();
        if (!this.isHeld) this.#goOn();
      },
      (error: unknown) => this.stop(error),
    );
  }

  #goOn(): void {
    if (this.#isOver) return;
    this.lastActiveAt = performance.now();
    this.#stream?.resume();
  }
}
