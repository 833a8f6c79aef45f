import { createHash } from "node:crypto";

export interface Event {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly partitionkey: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event that came, as often as it came. */
export interface Arrival {
  readonly event: Event;
  /** Of a monotonic clock, in milliseconds. */
  readonly at: number;
  /** Whether the sender was told that it had arrived. */
  readonly isAnswered: boolean;
}

interface Known {
  readonly event: Event;
  readonly hash: string;
}

/** What came over one channel. */
export class Arrivals {
  readonly list: Arrival[] = [];
  /** Events that came again with the same id and were not the same. */
  readonly changed: string[] = [];
  readonly #known = new Map<string, Known>();

  /** Different events. */
  get count(): number {
    return this.#known.size;
  }

  /** Each event once, in the order in which they first came. */
  get events(): Event[] {
    return [...this.#known.values()].map(({ event }) => event);
  }

  /**
   * @param body of a request, or a message: one event or several
   * @returns when it came
   */
  add(body: string, isAnswered: boolean): number {
    const parsed: Event | Event[] = JSON.parse(body);
    const at = performance.now();
    for (const event of Array.isArray(parsed) ? parsed : [parsed]) {
      const hash = createHash("sha1").update(JSON.stringify(event)).digest("base64");
      const known = this.#known.get(event.id) ?? { event, hash };
      this.#known.set(event.id, known);
      if (known.hash !== hash) {
        const [first, again] = [known.event, event].map((each) => JSON.stringify(each));
        this.changed.push(`${event.id} came again as another\n  ${first}\n  ${again}`);
      }
      this.list.push({ event: known.event, at, isAnswered });
    }
    return at;
  }

  /** The sender may not have heard the answers from then on, or that one alone. */
  unhear(from: number, until = Number.POSITIVE_INFINITY): void {
    for (
      let at = this.list.length - 1;
      (this.list[at]?.at ?? Number.NEGATIVE_INFINITY) >= from;
      at--
    ) {
      const arrival = this.list[at] as Arrival;
      if (arrival.at <= until) this.list[at] = { ...arrival, isAnswered: false };
    }
  }
}
