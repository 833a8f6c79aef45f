import type { ChangeEvent } from "../encoding/change-event.ts";

/** A try that failed, for people. */
export interface Try {
  /** ISO 8601. */
  readonly at: string;
  readonly reason: string;
}

/** How an event fared that has not arrived yet. */
export interface Trouble {
  readonly key: string;
  /** Of a monotonic clock, in milliseconds. */
  readonly firstTriedAt: number;
  tries: number;
  /** Tries after which it was clear that this event, or the sink, was to blame, not a neighbour. */
  blamed: number;
  /** The first three tries and the last ones. */
  readonly log: Try[];
}

const firstTries = 3;
const loggedTries = 20;
/** Events whose history is kept; only those under way have one, so this is more than there are. */
const capacity = 50_000;

/** What is known of events that were tried in vain, wherever they wait meanwhile. */
export class TryHistory {
  readonly #troubles = new Map<string, Trouble>();

  /** @param now of a monotonic clock, in milliseconds */
  failed(event: ChangeEvent, failure: Try, isBlamed: boolean, now: number): Trouble {
    const trouble = this.#troubles.get(event.id) ?? this.#add(event, now);
    trouble.tries++;
    if (isBlamed) trouble.blamed++;
    if (trouble.log.length === loggedTries) trouble.log.splice(firstTries, 1);
    trouble.log.push(failure);
    return trouble;
  }

  of(event: ChangeEvent): Readonly<Trouble> | undefined {
    return this.#troubles.get(event.id);
  }

  /** Whether an event of a key that does not pass the test has failed and not arrived since. */
  hasBeyond(isPassed: (key: string) => boolean): boolean {
    for (const { key } of this.#troubles.values()) if (!isPassed(key)) return true;
    return false;
  }

  /** Keeps what is known of keys that pass the test. */
  keepOnly(isPassed: (key: string) => boolean): void {
    for (const [id, { key }] of this.#troubles) if (!isPassed(key)) this.#troubles.delete(id);
  }

  /** They have arrived or are given up. */
  forget(events: readonly ChangeEvent[]): void {
    if (this.#troubles.size === 0) return;
    for (const { id } of events) this.#troubles.delete(id);
  }

  #add({ id, key }: ChangeEvent, now: number): Trouble {
    for (const oldest of this.#troubles.keys()) {
      if (this.#troubles.size < capacity) break;
      this.#troubles.delete(oldest);
    }
    const trouble: Trouble = { key, firstTriedAt: now, tries: 0, blamed: 0, log: [] };
    this.#troubles.set(id, trouble);
    return trouble;
  }
}
