import type { Event } from "./event.ts";

/** Remembers which events were handled. A table with a unique key is a durable one. */
export interface SeenStore {
  has(id: string): boolean | Promise<boolean>;
  add(id: string): unknown;
}

/** Remembers the ids that were last added, in memory. */
export class RecentIds implements SeenStore {
  readonly #ids = new Set<string>();
  readonly #limit: number;

  /** @param limit ids that are remembered; about 100 bytes each. Default: 100,000. */
  constructor(limit = 100_000) {
    this.#limit = limit;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add(id: string): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    if (this.#ids.size <= this.#limit) return;
    for (const oldest of this.#ids) {
      this.#ids.delete(oldest);
      return;
    }
  }
}

/**
 * Handles an event unless it was handled before.
 *
 * @returns whether it was handled now
 */
export type Once = <E extends Pick<Event, "id" | "source">>(
  event: E,
  handle: (event: E) => unknown,
) => Promise<boolean>;

/**
 * Drops events that were handled before, by database and id. An event counts as handled when its
 * handler is done; one whose handler fails comes again, as does one that is handled when the process
 * dies: the handler should then do nothing new, or the store be part of its own transaction.
 *
 * @param store one for each channel: other channels send the same ids. Default: `RecentIds`
 */
export function deduplicate(store: SeenStore = new RecentIds()): Once {
  const underWay = new Map<string, Promise<boolean>>();
  return async (event, handle) => {
    const id = `${event.source} ${event.id}`;
    // A copy that arrives meanwhile waits, and is handled if the first one fails.
    for (let other = underWay.get(id); other !== undefined; other = underWay.get(id)) {
      const isHandled = await other.then(
        () => true,
        () => false,
      );
      if (isHandled) return false;
    }
    const attempt = (async () => {
      if (await store.has(id)) return false;
      await handle(event);
      await store.add(id);
      return true;
    })();
    underWay.set(id, attempt);
    try {
      return await attempt;
    } finally {
      underWay.delete(id);
    }
  };
}
