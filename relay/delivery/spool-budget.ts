import type { DeliveryHooks } from "./delivery-hooks.ts";
import { atMost, Signal } from "./signal.ts";

/** Milliseconds after which a lane that waits for room has a look at what is really there. */
const lookAgain = 10_000;

/** Bytes that all lanes together may have in the spool. Beyond it they wait, and with them the reader. */
export class SpoolBudget {
  readonly #limit: number;
  readonly #hooks: DeliveryHooks;
  readonly #freed = new Signal();
  #used = 0;
  #waiting = 0;

  /** @param limit bytes */
  constructor(limit: number, hooks: DeliveryHooks) {
    this.#limit = limit;
    this.#hooks = hooks;
  }

  get used(): number {
    return this.#used;
  }

  /** What a lane has there has changed. */
  change(bytes: number): void {
    this.#used += bytes;
    if (bytes < 0) this.#freed.fire();
  }

  /**
   * Waits until there is room; a batch may go a little beyond the limit, so that there is never a
   * batch that fits nowhere.
   *
   * @param measure corrects what the lane has there, since people can delete events too
   */
  async room(measure: () => Promise<void>, signal: AbortSignal): Promise<void> {
    if (this.#used < this.#limit) return;
    if (this.#waiting++ === 0) {
      this.#hooks.spoolFull?.(
        `IDB4102 the spool has ${this.#used} bytes and may have ${this.#limit}: reading stops until there is room`,
      );
    }
    try {
      while (this.#used >= this.#limit && !signal.aborted) {
        await atMost(lookAgain, this.#freed.next());
        if (this.#used >= this.#limit) await measure();
      }
    } finally {
      if (--this.#waiting === 0) this.#hooks.spoolFull?.(undefined);
    }
  }
}
