import type { Arrival } from "./arrivals.ts";
import type { Disturbance } from "./chaos.ts";
import { positionOf } from "./position.ts";

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
      if (!isExcused) {
        const story = disturbances
          .filter((each) => each.at <= at && each.at > before - reaction)
          .map(
            (each) => `${each.kind} at ${seconds(each.at)} (from ${each.confirmed.toString(16)})`,
          );
        problems.push(
          `${channel}: ${event.id} ${event.subject} came at ${seconds(before)} and again at ${seconds(at)}; ${story.join(", ") || "nothing was disturbed"}`,
        );
      }
    }
    if (isAnswered) answered.set(event.id, at);
  }
  return { count, problems };
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}
