import type { ChangeEvent } from "../encoding/change-event.ts";
import { isUnencodable, problemOf } from "../encoding/unencodable.ts";
import type { Channel } from "./channel.ts";
import { byPosition } from "./order.ts";

export interface Refusal {
  readonly event: ChangeEvent;
  readonly reason: string;
}

/** What became of the events of a batch; each list in their order. */
export interface Outcome {
  readonly delivered: readonly ChangeEvent[];
  /** Refused for good. */
  readonly refused: readonly Refusal[];
  readonly failed: readonly Refusal[];
  /** Milliseconds that the receiver asked to wait. */
  readonly retryAfter: number | undefined;
}

const longestReason = 500;

/** One try; never throws. What only stands for a change that is no event is refused without one. */
export function attempt(
  channel: Channel,
  batch: readonly ChangeEvent[],
  signal: AbortSignal,
): Promise<Outcome> {
  const tried = batch.some(isUnencodable) ? attemptOthers : attemptEvents;
  return tried(channel, batch, signal);
}

async function attemptOthers(
  channel: Channel,
  batch: readonly ChangeEvent[],
  signal: AbortSignal,
): Promise<Outcome> {
  const events = batch.filter((event) => !isUnencodable(event));
  const outcome = events.length === 0 ? nothingTried : await attemptEvents(channel, events, signal);
  const refused = batch.filter(isUnencodable).map((event) => ({ event, reason: problemOf(event) }));
  return { ...outcome, refused: [...outcome.refused, ...refused].sort(byEvent) };
}

const nothingTried: Outcome = { delivered: [], refused: [], failed: [], retryAfter: undefined };

function byEvent(left: Refusal, right: Refusal): number {
  return byPosition(left.event, right.event);
}

async function attemptEvents(
  channel: Channel,
  batch: readonly ChangeEvent[],
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const failures = await channel.deliver(batch, signal);
    if (failures.length === 0) {
      return { delivered: batch, refused: [], failed: [], retryAfter: undefined };
    }
    const byIndex = new Map(failures.map((failure) => [failure.index, failure]));
    const delivered: ChangeEvent[] = [];
    const refused: Refusal[] = [];
    const failed: Refusal[] = [];
    let retryAfter: number | undefined;
    for (const [index, event] of batch.entries()) {
      const failure = byIndex.get(index);
      if (failure === undefined) {
        delivered.push(event);
        continue;
      }
      const reason = failure.reason.slice(0, longestReason);
      (failure.final ? refused : failed).push({ event, reason });
      if (!failure.final && failure.retryAfter !== undefined) {
        retryAfter = Math.max(retryAfter ?? 0, failure.retryAfter);
      }
    }
    return { delivered, refused, failed, retryAfter };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, longestReason);
    const failed = batch.map((event) => ({ event, reason }));
    return { delivered: [], refused: [], failed, retryAfter: undefined };
  }
}
