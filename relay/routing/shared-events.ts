import type { ChangeEvent } from "../encoding/change-event.ts";
import type { Transaction, Tuple } from "../stream/change-handler.ts";

/** A change while it is routed; the tuples are valid until the next one. */
export interface RoutedChange {
  readonly transaction: Transaction;
  /** Number of the change in its transaction. */
  readonly index: number;
  readonly old: Tuple | undefined;
  readonly row: Tuple | undefined;
}

/** What an event tells that happened to a row, as its subscriber sees it, or to the table. */
export type EventForm = "inserted" | "updated" | "deleted" | "truncated";

/** Makes the event of a change with the columns that one group of receivers may read. */
export type Encode = (form: EventForm, change: RoutedChange) => ChangeEvent;

/** Makes an event once for all who get the same: receivers who may read the same columns. */
export class SharedEvents {
  readonly #encode: Encode;
  readonly #made = new Map<EventForm, ChangeEvent>();
  #change: RoutedChange | undefined;

  constructor(encode: Encode) {
    this.#encode = encode;
  }

  of(form: EventForm, change: RoutedChange): ChangeEvent {
    if (this.#change !== change) {
      this.#change = change;
      this.#made.clear();
    }
    const known = this.#made.get(form);
    if (known !== undefined) return known;
    const event = this.#encode(form, change);
    this.#made.set(form, event);
    return event;
  }
}
