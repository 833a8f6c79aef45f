import type { Event } from "./arrivals.ts";
import { isBefore } from "./position.ts";

/**
 * Events that concern one key in another order than that of their commits.
 *
 * @param movedTo the partition key of the key that an update gives its row, if it does
 */
export function disorderOf(
  channel: string,
  events: readonly Event[],
  movedTo: (event: Event) => string | undefined,
): string[] {
  const last = new Map<string, Event>();
  const problems: string[] = [];
  for (const event of events) {
    for (const key of [event.partitionkey, movedTo(event)]) {
      if (key === undefined) continue;
      const before = last.get(key);
      if (before && isBefore(event, before)) {
        problems.push(
          `${channel}: ${event.id} ${event.subject} came after ${before.id} ${before.subject}`,
        );
      }
      last.set(key, event);
    }
  }
  return problems;
}
