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

/**
 * What an event tells that happened to a row, as its subscriber sees it, or to the table; `unjudged`
 * if it could not be told whether the subscriber asked for it.
 */
export type EventForm = "inserted" | "updated" | "deleted" | "truncated" | "unjudged";

/**
 * Makes the event of a change with the columns that one group of receivers may read. What cannot be
 * made one, or was not judged since its condition failed, is an event that says so and is never
 * delivered: it throws nothing that concerns this change alone.
 */
export type Encode = (form: EventForm, change: RoutedChange) => ChangeEvent;

/** The event of a form that was made last, and of which change. */
interface Made {
  change: RoutedChange | undefined;
  event: ChangeEvent | undefined;
}

/** Makes an event once for all who get the same: receivers who may read the same columns. */
export class SharedEvents {
  readonly #encode: Encode;
  readonly #made: Readonly<Record<EventForm, Made>> = {
    inserted: { change: undefined, event: undefined },
    updated: { change: undefined, event: undefined },
    deleted: { change: undefined, event: undefined },
    truncated: { change: undefined, event: undefined },
    unjudged: { change: undefined, event: undefined },
  };

  constructor(encode: Encode) {
    this.#encode = encode;
  }

  of(form: EventForm, change: RoutedChange): ChangeEvent {
    const made = this.#made[form];
    if (made.change === change && made.event !== undefined) return made.event;
    const event = this.#encode(form, change);
    made.change = change;
    made.event = event;
    return event;
  }

  /** Keeps no event that was made. */
  forget(): void {
    for (const made of Object.values(this.#made)) {
      made.change = undefined;
      made.event = undefined;
    }
  }
}
