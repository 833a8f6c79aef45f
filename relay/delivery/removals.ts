import type { ChangeEvent } from "../encoding/change-event.ts";
import { Signal } from "./signal.ts";

/** Takes delivered events out of the spool, as many at once as there are by then. */
export class Removals {
  readonly #remove: (events: readonly ChangeEvent[]) => Promise<void>;
  readonly #removed: (events: readonly ChangeEvent[]) => void;
  readonly #done = new Signal();
  #pending: ChangeEvent[] = [];
  #isRunning = false;

  /**
   * @param remove tries until it succeeds, or throws when the lane ends
   * @param removed what to do afterwards
   */
  constructor(
    remove: (events: readonly ChangeEvent[]) => Promise<void>,
    removed: (events: readonly ChangeEvent[]) => void,
  ) {
    this.#remove = remove;
    this.#removed = removed;
  }

  add(event: ChangeEvent): void {
    this.#pending.push(event);
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#removeAll().catch(() => undefined);
  }

  /** Waits until what was added is gone from the spool. */
  async flush(): Promise<void> {
    while (this.#isRunning) await this.#done.next();
  }

  async #removeAll(): Promise<void> {
    await new Promise(setImmediate);
    while (this.#pending.length > 0) {
      const events = this.#pending;
      this.#pending = [];
      await this.#remove(events);
      this.#removed(events);
    }
    this.#isRunning = false;
    this.#done.fire();
  }
}
