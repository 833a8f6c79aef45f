import { RelayError } from "../running/relay-error.ts";
import { Acknowledgement } from "./acknowledgement.ts";
import type { FramePump } from "./frame-pump.ts";
import { Heartbeat } from "./heartbeat.ts";
import { OpenTransactions } from "./open-transactions.ts";
import { Pgoutput } from "./pgoutput.ts";
import type { ReadOptions, ReadProgress } from "./reader.ts";
import { readServerError, type ServerError } from "./server-error.ts";
import { statusFrame } from "./status-frame.ts";

/** Types of the frames that the server sends. */
const COPY_BOTH = 87; // W
const COPY_DATA = 100; // d
const COPY_DONE = 99; // c
const ERROR = 69; // E
const NOTICE = 78; // N

/** SQLSTATE of an object that does not exist. */
const UNDEFINED_OBJECT = "42704";
/** SQLSTATE of an object that is not in the state that is needed. */
const WRONG_STATE = "55000";

/** What a frame of CopyData holds. */
const WAL_DATA = 119; // w
const KEEPALIVE = 107; // k
const WAL_DATA_HEADER = 25;

/**
 * The client's side of a running START_REPLICATION: reads what the server sends and tells it, in
 * time, what need not be sent again.
 *
 * https://www.postgresql.org/docs/current/protocol-replication.html
 */
export class WalReceiver implements ReadProgress {
  readonly #pump: FramePump;
  readonly #options: ReadOptions;
  readonly #heartbeat: Heartbeat;
  readonly #acknowledgement = new Acknowledgement();
  readonly #open: OpenTransactions;
  readonly #pgoutput: Pgoutput;
  #isStarted = false;
  #sentAt = performance.now();
  #sent = 0n;

  /** @param timeout the server's wal_sender_timeout in milliseconds */
  constructor(pump: FramePump, timeout: number, spillFolder: string, options: ReadOptions) {
    this.#pump = pump;
    this.#options = options;
    this.#heartbeat = new Heartbeat(timeout);
    this.#open = new OpenTransactions(spillFolder);
    this.#pgoutput = new Pgoutput(
      options.handler,
      this.#acknowledgement,
      this.#open,
      () => pump.isOver,
    );
  }

  get receivedLsn(): bigint {
    return this.#acknowledgement.received;
  }

  get acknowledgedLsn(): bigint {
    return this.#sent;
  }

  get bytesRead(): number {
    return this.#pump.bytesRead;
  }

  get spilledBytes(): number {
    return this.#open.bytes;
  }

  get isHeld(): boolean {
    return this.#pump.isHeld;
  }

  /** Reads until the signal, and then as long as `drain` takes. */
  async run(): Promise<void> {
    const { signal, drain } = this.#options;
    const stop = () => this.#pump.stop();
    const timer = setInterval(() => this.#beat(), this.#heartbeat.interval);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      await this.#pump.ended;
      await drain?.();
      this.#tell(false);
    } catch (error) {
      await this.#options.onLost?.();
      throw error;
    } finally {
      clearInterval(timer);
      signal.removeEventListener("abort", stop);
      // What still hands on changes would go on beside the next connection.
      if (!signal.aborted) await this.#pump.settled();
      await this.#open.close();
    }
  }

  readonly onFrame = (
    type: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void | Promise<void> => {
    if (type === COPY_DATA) {
      const kind = bytes[start];
      if (kind === WAL_DATA) return this.#pgoutput.read(bytes, start + WAL_DATA_HEADER, end);
      if (kind === KEEPALIVE) this.#keepalive(bytes, start);
      return;
    }
    if (type === COPY_BOTH) {
      this.#isStarted = true;
      return this.#options.onStart?.(this);
    }
    if (type === ERROR || type === NOTICE) {
      const error = this.#meaningOf(type, readServerError(bytes, start, end));
      if (error) throw error;
      return;
    }
    if (type === COPY_DONE) throw new RelayError("IDB4015", "the server ended the stream");
  };

  /**
   * Without a publication at the position that is decoded, up to version 17 the server refuses, and
   * from 18 on it passes over the changes with a warning.
   */
  #meaningOf(type: number, answer: ServerError): Error | undefined {
    const { code, message } = answer;
    if (type === NOTICE) {
      return code === WRONG_STATE ? new RelayError("IDB4017", message) : undefined;
    }
    if (code !== UNDEFINED_OBJECT) return answer;
    // The slot was dropped a moment ago: who prepares it next says what that means.
    return new RelayError(this.#isStarted ? "IDB4017" : "IDB4015", message);
  }

  #keepalive(bytes: Buffer, at: number): void {
    if (!this.#pgoutput.isAmidst) {
      this.#acknowledgement.quietAt(bytes.readBigUInt64BE(at + 1));
    }
    if (bytes[at + 17] === 1) this.#tell(false);
  }

  #beat(): void {
    try {
      this.#beatOnce();
    } catch (error) {
      this.#pump.stop(error);
    }
  }

  #beatOnce(): void {
    const { isHeld, lastActiveAt } = this.#pump;
    const now = performance.now();
    const silence = isHeld ? 0 : now - lastActiveAt;
    const hasNews = this.#acknowledgement.next(this.#options.confirmed()) > this.#sent;
    const beat = this.#heartbeat.beat(now - this.#sentAt, silence, hasNews);
    if (beat === "give-up") {
      const seconds = Math.round(silence / 1000);
      this.#pump.stop(
        new RelayError("IDB4015", `the server has not said anything for ${seconds} seconds`),
      );
    } else if (beat !== "nothing") this.#tell(beat === "ask");
  }

  #tell(wantsReply: boolean): void {
    const durable = this.#acknowledgement.next(this.#options.confirmed());
    this.#pump.send(statusFrame(this.#acknowledgement.received, durable, wantsReply));
    this.#sent = durable;
    this.#sentAt = performance.now();
  }
}
