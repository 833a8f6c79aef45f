/** What the server takes for `wal_sender_timeout` unless it says otherwise, in milliseconds. */
const DEFAULT_TIMEOUT = 60_000;

/** What is to be done at a beat. */
export type Beat = "nothing" | "status" | "ask" | "give-up";

/**
 * When to tell the server that we are there, and when to take it for gone.
 */
export class Heartbeat {
  /** Milliseconds between two beats. */
  readonly interval: number;
  readonly #timeout: number;

  /** @param timeout the server's wal_sender_timeout in milliseconds; 0 if it waits for ever */
  constructor(timeout: number) {
    this.#timeout = timeout > 0 ? timeout : DEFAULT_TIMEOUT;
    this.interval = Math.min(1000, this.#timeout / 8);
  }

  /**
   * @param sinceSent milliseconds since the last status
   * @param silence milliseconds without a byte from the server; 0 when nothing is read
   * @param hasNews whether there is something new to confirm
   */
  beat(sinceSent: number, silence: number, hasNews: boolean): Beat {
    if (silence > 2 * this.#timeout) return "give-up";
    if (silence > this.#timeout / 2 && sinceSent > this.#timeout / 4) return "ask";
    return hasNews || sinceSent > this.#timeout / 2 ? "status" : "nothing";
  }
}
