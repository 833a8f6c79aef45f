import type { ChangeEvent } from "../encoding/change-event.ts";

interface Fence<Place> {
  readonly place: Place;
  isOpen: boolean;
}

/**
 * Keeps events in order that concern the same key and are in different places: an event that
 * changes the key of its row concerns the old key, whose place it goes to, and the new one. It waits
 * for what is under way of the new key, and what comes after it with the new key waits for it.
 * Nothing ever waits for what came after it, whatever its position.
 */
export class Fences<Place> {
  readonly #placeOf: (key: string) => Place;
  readonly #pending: () => Iterable<ChangeEvent>;
  /**
   * The last event of each key; those before it are in the same place. Known while events change
   * keys: to keep it at other times would cost a good part of what a delivery costs.
   */
  #last: Map<string, ChangeEvent> | undefined;
  /** Removals until it is given up, so that it is not made anew for each of a few changes of key. */
  #removalsLeft = 0;
  /** Events that are to give their row a key, by that key. */
  readonly #moves = new Map<string, Set<ChangeEvent>>();
  /** Of events that something waits for. */
  readonly #fences = new Map<ChangeEvent, Fence<Place>>();
  /** What each event waits for. */
  readonly #waits = new Map<ChangeEvent, readonly Fence<Place>[]>();

  /**
   * @param placeOf where the events of a key go
   * @param pending what was added and not removed, the events of one key in order
   */
  constructor(placeOf: (key: string) => Place, pending: () => Iterable<ChangeEvent>) {
    this.#placeOf = placeOf;
    this.#pending = pending;
  }

  /** An event comes to the place of its key. */
  add(event: ChangeEvent): void {
    const { key, keyAfter } = event;
    if (this.#moves.size > 0 || keyAfter !== undefined) {
      const earlier = new Set(this.#moves.get(key));
      if (keyAfter !== undefined) {
        for (const move of this.#moves.get(keyAfter) ?? []) earlier.add(move);
        this.#last ??= lastOfEach(this.#pending());
        this.#removalsLeft = this.#last.size;
        const last = this.#last.get(keyAfter);
        if (last !== undefined) earlier.add(last);
        this.#movesTo(keyAfter).add(event);
      }
      if (earlier.size > 0)
        this.#waits.set(
          event,
          [...earlier].map((each) => this.#fenceOf(each)),
        );
    }
    this.#last?.set(key, event);
  }

  /**
   * Events are done with.
   *
   * @returns whether something may go on now
   */
  remove(events: readonly ChangeEvent[]): boolean {
    let isOpened = false;
    for (const event of events) {
      const { key, keyAfter } = event;
      if (this.#last?.get(key) === event) this.#last.delete(key);
      if (this.#waits.size > 0) this.#waits.delete(event);
      if (keyAfter !== undefined) {
        const moves = this.#moves.get(keyAfter);
        moves?.delete(event);
        if (moves?.size === 0) this.#moves.delete(keyAfter);
      }
      const fence = this.#fences.size > 0 ? this.#fences.get(event) : undefined;
      if (fence === undefined) continue;
      fence.isOpen = true;
      isOpened = true;
      this.#fences.delete(event);
    }
    this.#removalsLeft -= events.length;
    if (this.#moves.size === 0 && this.#removalsLeft <= 0) this.#last = undefined;
    return isOpened;
  }

  /** @param place where the order is kept anyway */
  holds(event: ChangeEvent, place: Place | undefined): boolean {
    if (this.#waits.size === 0) return false;
    const fences = this.#waits.get(event);
    return fences?.some((fence) => !fence.isOpen && fence.place !== place) ?? false;
  }

  #movesTo(key: string): Set<ChangeEvent> {
    const known = this.#moves.get(key) ?? new Set<ChangeEvent>();
    this.#moves.set(key, known);
    return known;
  }

  #fenceOf(event: ChangeEvent): Fence<Place> {
    const fence = this.#fences.get(event) ?? { place: this.#placeOf(event.key), isOpen: false };
    this.#fences.set(event, fence);
    return fence;
  }
}

function lastOfEach(events: Iterable<ChangeEvent>): Map<string, ChangeEvent> {
  const last = new Map<string, ChangeEvent>();
  for (const event of events) last.set(event.key, event);
  return last;
}
