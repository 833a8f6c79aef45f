import type { ChangeEvent } from "../encoding/change-event.ts";
import type { Channel } from "./channel.ts";

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

/** One try; never throws. */
export async function attempt(
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
