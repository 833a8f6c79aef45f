import type { ChangeEvent } from "../encoding/change-event.ts";
import { isBefore } from "./order.ts";

interface Fence<Place> {
  readonly event: ChangeEvent;
  readonly place: Place;
}

/**
 * Events that change the key of their row, and are under way: what comes later with the new key has
 * to wait for them, although it is in another partition.
 */
export class Fences<Place> {
  readonly #byKey = new Map<string, Fence<Place>[]>();

  add(event: ChangeEvent, place: Place): void {
    if (event.keyAfter === undefined) return;
    const fences = this.#byKey.get(event.keyAfter) ?? [];
    this.#byKey.set(event.keyAfter, [...fences, { event, place }]);
  }

  /** @returns whether something may go on now */
  remove(events: readonly ChangeEvent[]): boolean {
    if (this.#byKey.size === 0) return false;
    let isRemoved = false;
    for (const event of events) {
      if (event.keyAfter === undefined) continue;
      const left = this.#byKey.get(event.keyAfter)?.filter((fence) => fence.event !== event);
      if (left && left.length > 0) this.#byKey.set(event.keyAfter, left);
      else this.#byKey.delete(event.keyAfter);
      isRemoved = true;
    }
    return isRemoved;
  }

  /** @param place where the order is kept anyway */
  holds(event: ChangeEvent, place: Place | undefined): boolean {
    if (this.#byKey.size === 0) return false;
    const fences = this.#byKey.get(event.key) ?? [];
    return fences.some((fence) => fence.place !== place && isBefore(fence.event, event));
  }

  clear(): void {
    this.#byKey.clear();
  }
}
