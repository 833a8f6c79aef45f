import type { ChangeEvent } from "../encoding/change-event.ts";

interface Fence<Place> {
  readonly place: Place;
  isOpen: boolean;
}

/**
 * Events that change the key of their row, and are under way: what comes after them with the new
 * key has to wait, although it is in another partition. Nothing ever waits for what came after it,
 * whatever its position, so that no two can wait for each other.
 */
export class Fences<Place> {
  /** Fences that are closed, by the key that waits. */
  readonly #byKey = new Map<string, Map<ChangeEvent, Fence<Place>>>();
  /** What each event waits for. */
  readonly #waits = new Map<ChangeEvent, readonly Fence<Place>[]>();

  /** An event comes to that place. */
  add(event: ChangeEvent, place: Place): void {
    const before = this.#byKey.size > 0 ? this.#byKey.get(event.key) : undefined;
    if (before !== undefined) this.#waits.set(event, [...before.values()]);
    if (event.keyAfter === undefined) return;
    const fences = this.#byKey.get(event.keyAfter) ?? new Map<ChangeEvent, Fence<Place>>();
    fences.set(event, { place, isOpen: false });
    this.#byKey.set(event.keyAfter, fences);
  }

  /**
   * Events are done with.
   *
   * @returns whether something may go on now
   */
  remove(events: readonly ChangeEvent[]): boolean {
    if (this.#byKey.size === 0 && this.#waits.size === 0) return false;
    let isOpened = false;
    for (const event of events) {
      this.#waits.delete(event);
      if (event.keyAfter === undefined) continue;
      const fences = this.#byKey.get(event.keyAfter);
      const fence = fences?.get(event);
      if (fences === undefined || fence === undefined) continue;
      fence.isOpen = true;
      isOpened = true;
      fences.delete(event);
      if (fences.size === 0) this.#byKey.delete(event.keyAfter);
    }
    return isOpened;
  }

  /** @param place where the order is kept anyway */
  holds(event: ChangeEvent, place: Place | undefined): boolean {
    if (this.#waits.size === 0) return false;
    const fences = this.#waits.get(event);
    return fences?.some((fence) => !fence.isOpen && fence.place !== place) ?? false;
  }
}
