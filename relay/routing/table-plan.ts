import type { ChangeEvent } from "../encoding/change-event.ts";
import type { EventKind, Route } from "../registry/route.ts";
import type { Relation, Tuple } from "../stream/change-handler.ts";
import { ConditionIndex } from "./condition-index.ts";
import { type Encode, type EventForm, type RoutedChange, SharedEvents } from "./shared-events.ts";

/** Takes the events of one channel, in order. */
export interface Sink {
  accept(event: ChangeEvent): void;
}

/** What a plan needs to be made. */
export interface PlanParts {
  sinkOf(route: Route): Sink;
  /**
   * Makes what encodes rows of a table; asks the database what it needs to know of it.
   *
   * @returns for the columns that events may carry, their encoder
   */
  encodersOf(relation: Relation): Promise<EncoderOf>;
}

export type EncoderOf = (columns: readonly string[]) => Encode;

interface Target {
  readonly events: SharedEvents;
  readonly sink: Sink;
  readonly kinds: ReadonlySet<EventKind>;
}

interface Send {
  readonly target: Target;
  readonly form: EventForm;
}

export type Operation = "insert" | "update" | "delete" | "truncate";

/** Where the changes of one table go, as it is described now and under one revision of the registry. */
export class TablePlan {
  readonly relation: Relation;
  readonly #inserts: ConditionIndex<Target>;
  readonly #deletes: ConditionIndex<Target>;
  readonly #updates: readonly Target[];
  readonly #truncates: readonly Target[];
  /** Those with a condition: a row that changes can enter what they select, or leave it. */
  readonly #selecting: ConditionIndex<Target>;
  #hasSelecting = false;
  /** Where events go that are not to be made at once. */
  #collected: Send[] | undefined;

  constructor(
    relation: Relation,
    routes: readonly Route[],
    encoderOf: EncoderOf,
    sinkOf: PlanParts["sinkOf"],
  ) {
    this.relation = relation;
    this.#inserts = new ConditionIndex(relation);
    this.#deletes = new ConditionIndex(relation);
    this.#selecting = new ConditionIndex(relation);
    const updates: Target[] = [];
    const truncates: Target[] = [];
    const shared = new Map<string, SharedEvents>();
    for (const route of routes) {
      const key = JSON.stringify([...route.columns].sort());
      const events = shared.get(key) ?? new SharedEvents(encoderOf(route.columns));
      shared.set(key, events);
      const kinds = new Set(route.events);
      const target: Target = { events, kinds, sink: sinkOf(route) };
      if (kinds.has("INSERT")) this.#inserts.add(route.condition, target);
      if (kinds.has("DELETE")) this.#deletes.add(route.condition, target);
      if (kinds.has("TRUNCATE")) truncates.push(target);
      if (route.condition !== undefined) {
        // For new rows alone, values before an update are not known, nor is it always published.
        if (!kinds.has("UPDATE") && !kinds.has("DELETE")) continue;
        this.#selecting.add(route.condition, target);
        this.#hasSelecting = true;
      } else if (kinds.has("UPDATE")) updates.push(target);
    }
    this.#updates = updates;
    this.#truncates = truncates;
  }

  insert(change: RoutedChange): void {
    const { row } = change;
    if (row !== undefined) {
      this.#match(this.#inserts, row, "inserted", change);
    }
  }

  delete(change: RoutedChange): void {
    const { old } = change;
    if (old !== undefined) {
      this.#match(this.#deletes, old, "deleted", change);
    }
  }

  update(change: RoutedChange): void {
    for (const target of this.#updates) this.#send(target, "updated", change);
    if (this.#hasSelecting) this.#updateSelected(change);
  }

  truncate(change: RoutedChange): void {
    for (const target of this.#truncates) this.#send(target, "truncated", change);
  }

  /**
   * Routes a change that is so large that the events of different groups of receivers are made one
   * after the other.
   *
   * @param room waits until there is memory for another
   */
  async apart(
    operation: Operation,
    change: RoutedChange,
    room: () => Promise<void>,
  ): Promise<void> {
    this.#collected = [];
    this[operation](change);
    const groups = Map.groupBy(this.#collected, ({ target }) => target.events);
    this.#collected = undefined;
    for (const [events, sends] of groups) {
      await room();
      for (const { target, form } of sends) target.sink.accept(events.of(form, change));
      events.forget();
    }
  }

  #send(target: Target, form: EventForm, change: RoutedChange): void {
    if (this.#collected === undefined) target.sink.accept(target.events.of(form, change));
    else this.#collected.push({ target, form });
  }

  #sendIf(kind: EventKind, target: Target, form: EventForm, change: RoutedChange): void {
    if (target.kinds.has(kind)) this.#send(target, form, change);
  }

  #match(index: ConditionIndex<Target>, row: Tuple, form: EventForm, change: RoutedChange): void {
    index.match(
      row,
      undefined,
      (target) => this.#send(target, form, change),
      (target) => this.#send(target, "unjudged", change),
    );
  }

  /** A row that enters what a condition selects is new to its subscriber, one that leaves is gone. */
  #updateSelected(change: RoutedChange): void {
    const { old, row } = change;
    if (row === undefined) return;
    const before = new Set<Target>();
    const after = new Set<Target>();
    const unjudged = new Set<Target>();
    const failed = (target: Target) => unjudged.add(target);
    // Without an old row the replica identity is the same, and conditions are about nothing else.
    this.#selecting.match(old ?? row, row, (target) => before.add(target), failed);
    this.#selecting.match(row, old, (target) => after.add(target), failed);
    for (const target of new Set([...before, ...after, ...unjudged])) {
      if (unjudged.has(target)) this.#send(target, "unjudged", change);
      else if (!before.has(target)) this.#sendIf("INSERT", target, "inserted", change);
      else if (after.has(target)) this.#sendIf("UPDATE", target, "updated", change);
      else this.#sendIf("DELETE", target, "deleted", change);
    }
  }
}
