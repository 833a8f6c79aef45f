import type { Arrival, Event } from "./oracle-sink.ts";
import { positionOf } from "./position.ts";

/** What came over one channel: each event once, in the order in which it first came. */
export function firstsOf(
  channel: string,
  arrivals: readonly Arrival[],
): { events: Event[]; problems: string[] } {
  const problems: string[] = [];
  const seen = new Map<string, string>();
  const events: Event[] = [];
  for (const { event, raw } of arrivals) {
    const known = seen.get(event.id);
    if (known === undefined) {
      seen.set(event.id, raw);
      events.push(event);
    } else if (known !== raw) {
      problems.push(`${channel}: ${event.id} came again as another\n  ${known}\n  ${raw}`);
    }
  }
  return { events, problems: [...problems, ...disorderOf(channel, events)] };
}

/** Events of one key in another order than that of their commits. */
function disorderOf(channel: string, events: readonly Event[]): string[] {
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
  const came = new Map<string, Event[]>();
  const problems: string[] = [];
  for (const event of events) {
    const later = partitionOf(event);
    for (const other of later === undefined ? [] : (came.get(later) ?? [])) {
      if (isBefore(event, other)) {
        problems.push(`${channel}: ${other.id} ${other.subject} came before ${event.id}, the move`);
      }
    }
    const known = came.get(event.partitionkey);
    if (known) known.push(event);
    else came.set(event.partitionkey, [event]);
  }
  return problems;
}

function isBefore(event: Event, other: Event): boolean {
  const [one, two] = [positionOf(event), positionOf(other)];
  return one.lsn < two.lsn || (one.lsn === two.lsn && one.index < two.index);
}
