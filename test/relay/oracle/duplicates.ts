import type { Disturbance } from "./chaos.ts";
import type { Arrival } from "./oracle-sink.ts";
import { positionOf } from "./position.ts";

/**
 * Events of a channel that may come again for a reason that cannot be seen from here: what was
 * delivered in the moments before a link broke is known to the relay alone.
 */
const slack = 20;

/** Milliseconds between a broken link and the end of what the relay does about it. */
const reaction = 15_000;

/**
 * Events that came again although their sender was told that they had arrived, and that were not
 * under way when something was disturbed in between: not behind what the server had been told to be
 * delivered, nor in the spool.
 */
export function needlessDuplicates(
  channel: string,
  ids: readonly number[],
  arrivals: readonly Arrival[],
  disturbances: readonly Disturbance[],
): { count: number; problems: string[] } {
  const answered = new Map<string, number>();
  const problems: string[] = [];
  let count = 0;
  for (const { event, at, isAnswered } of arrivals) {
    const before = answered.get(event.id);
    if (before !== undefined) {
      count++;
      const { lsn, index } = positionOf(event);
      const place = `${event.id.slice(0, event.id.indexOf(":"))}/${index}`;
      const isExcused = disturbances.some(
        (each) =>
          at >= each.at &&
          before <= each.at + (each.kind === "kill" ? 0 : reaction) &&
          (lsn >= each.confirmed || ids.some((id) => each.spooled.has(`${id}/${place}`))),
      );
      if (!isExcused)
        problems.push(`${channel}: ${event.id} ${event.subject} came again needlessly`);
    }
    if (isAnswered) answered.set(event.id, at);
  }
  return { count, problems: problems.length > slack ? problems : [] };
}
