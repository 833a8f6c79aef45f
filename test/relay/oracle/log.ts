import type { Row } from "./shop.ts";
import type { EventKind, Route } from "./subscription.ts";

/** One change of a row, or of a whole table, as its writer knows it. */
export interface Change {
  readonly table: string;
  readonly kind: EventKind;
  readonly before?: Row;
  readonly after?: Row;
  /** Whether the statement set `big`. */
  readonly setsBig: boolean;
  /** Who was to get changes of the table. */
  readonly routes: readonly Route[];
  /** Of the table, at that moment. */
  readonly columns: readonly string[];
}

/** A change that was committed. */
export interface Committed extends Change {
  /** Of the transaction. */
  readonly xid: string;
}

/**
 * What was committed, as those who did it tell. Changes of one key are in the order of their commits,
 * those of different keys in no certain one.
 */
export class CommitLog {
  readonly changes: Committed[] = [];
  transactions = 0;

  commit(xid: string, changes: readonly Change[]): void {
    this.transactions++;
    for (const change of changes) this.changes.push({ ...change, xid });
  }
}
