import type { ChangeEvent } from "../encoding/change-event.ts";

export interface LeftBehindHost {
  /** Waits until what was delivered so far is gone from the spool. */
  flushRemovals(): Promise<void>;
  /**
   * Takes events back from those that are on their way to the spool.
   *
   * @returns those that are stored nevertheless, once they are
   */
  withdraw(events: readonly ChangeEvent[]): Promise<readonly ChangeEvent[]>;
  /** They are not needed any more, in memory alone. */
  release(events: readonly ChangeEvent[]): void;
  remove(events: readonly ChangeEvent[]): Promise<void>;
}

/**
 * What is under way when a lane takes everything back: it is to be over before the lane reads the
 * same events from the spool, and what it delivers is not to be delivered again.
 */
export class LeftBehind {
  readonly #host: LeftBehindHost;
  #over: Promise<void> | undefined;
  /** Events that have arrived since, and are or will be in the spool. */
  #late: ChangeEvent[] = [];

  constructor(host: LeftBehindHost) {
    this.#host = host;
  }

  /** @param idle settled when nothing of it is under way any more */
  add(...idle: readonly Promise<void>[]): void {
    this.#over = Promise.all([this.#over, ...idle]).then(() => undefined);
  }

  /** Events were taken back, and delivered or given up nevertheless. */
  arrived(events: readonly ChangeEvent[]): void {
    this.#late.push(...events);
  }

  /** Waits until nothing is under way. */
  async over(): Promise<void> {
    await this.#over;
  }

  /** Waits until nothing is under way, and nothing that has arrived is in the spool. */
  async settle(): Promise<void> {
    while (this.#over !== undefined) {
      const over = this.#over;
      await over;
      await this.#host.flushRemovals();
      const late = this.#late;
      this.#late = [];
      if (late.length > 0) {
        const stored = new Set(await this.#host.withdraw(late));
        this.#host.release(late.filter((event) => !stored.has(event)));
        await this.#host.remove([...stored]);
      }
      if (over === this.#over) this.#over = undefined;
    }
  }
}
