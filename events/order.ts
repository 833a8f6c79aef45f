import type { Event } from "./event.ts";

/**
 * Orders events of one database as they were committed, for `sort` and to tell which of two events
 * of a row is the newer: below zero if `left` was before `right`.
 */
export function compareEvents(
  left: Pick<Event, "sequence">,
  right: Pick<Event, "sequence">,
): number {
  if (left.sequence === right.sequence) return 0;
  return left.sequence < right.sequence ? -1 : 1;
}
