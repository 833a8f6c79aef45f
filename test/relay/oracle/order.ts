import type { Event } from "./arrivals.ts";
import { isBefore } from "./position.ts";

/** Events of one key in another order than that of their commits. */
export function disorderOf(channel: string, events: readonly Event[]): string[] {
  const last = new Map<string, Event>();
  const problems: string[] = [];
  for (const event of events) {
    const before = last.get(event.partitionkey);
    if (before && isBefore(event, before)) {
      problems.push(`${channel}: ${event.id} ${event.subject} came after ${before.id}`);
    }
    last.set(event.partitionkey, event);
  }
  return problems;
}

/**
 * Events of the new key of a row that came before the update that gave it that key.
 *
 * @param partitionOf the partition key of the key that an update gives its row, if it does
 */
export function overtakenMoves(
  channel: string,
  events: readonly Event[],
  partitionOf: (event: Event) => string | undefined,
): string[] {
  const last = new Map<string, Event>();
  const problems: string[] = [];
  for (const event of events) {
    const later = partitionOf(event);
    // What came last of a key is the latest of it, or there is disorder anyway.
    const other = later === undefined ? undefined : last.get(later);
    if (other && isBefore(event, other)) {
      problems.push(`${channel}: ${other.id} ${other.subject} came before ${event.id}, the move`);
    }
    last.set(event.partitionkey, event);
  }
  return problems;
}
