import type { ChangeEvent } from "../encoding/change-event.ts";
import type { Channel, Failure } from "./channel.ts";
import { DeferredEvent } from "./deferred-event.ts";
import { Turns } from "./turns.ts";

/** Of all events in memory, the part that one may take before it is handled apart. */
const fraction = 1 / 4;

/**
 * Events of which a few would fill the memory. They wait in the spool, and over all lanes one is
 * written, one is sent, and one is sent to a sink that has not taken its last one, or not yet, so that
 * no sink waits for long on account of another that fails or hangs.
 */
export class LargeEvents {
  /** Bytes of the largest event that is not large. */
  readonly largest: number;
  readonly #writing = new Turns();
  readonly #sending = new Turns();
  readonly #sendingAgain = new Turns();

  /** @param memory bytes of events over all lanes */
  constructor(memory: number) {
    this.largest = Math.floor(memory * fraction);
  }

  /** Writes events to the spool, after others if one of them is large. */
  write<T>(
    events: readonly ChangeEvent[],
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    const isLarge = events.some(({ size }) => size > this.largest);
    return isLarge ? this.#writing.take(signal, work) : work();
  }

  /** The channel, which is given large events one by one, when there is memory for them. */
  through(channel: Channel): Channel {
    let hasFailed = false;

    async function deliverPart(
      part: readonly ChangeEvent[],
      signal: AbortSignal,
      turns: Turns,
    ): Promise<readonly Failure[]> {
      const [first] = part;
      if (!(first instanceof DeferredEvent)) return channel.deliver(part, signal);
      return turns.take(signal, async () => {
        const event = await first.load();
        // Somebody has removed it from the spool: there is nothing to send.
        return event === undefined ? [] : channel.deliver([event], signal);
      });
    }

    const deliverParts = async (batch: readonly ChangeEvent[], signal: AbortSignal) => {
      const turns = hasFailed ? this.#sendingAgain : this.#sending;
      hasFailed = true;
      const failures = await inParts(batch, (part) => deliverPart(part, signal, turns));
      hasFailed = failures.some(({ final }) => !final);
      return failures;
    };

    return {
      partitions: channel.partitions,
      batchSize: channel.batchSize,
      close: () => channel.close(),
      deliver: (batch, signal) => {
        const hasLarge = batch.some((event) => event instanceof DeferredEvent);
        return hasLarge ? deliverParts(batch, signal) : channel.deliver(batch, signal);
      },
    };
  }
}

/** Large events alone, one part after the other; after one that failed nothing is tried. */
async function inParts(
  batch: readonly ChangeEvent[],
  deliver: (part: readonly ChangeEvent[]) => Promise<readonly Failure[]>,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (let start = 0, end = 0; start < batch.length; start = end) {
    end = endOfPart(batch, start);
    let found: readonly Failure[];
    try {
      found = await deliver(batch.slice(start, end));
    } catch (error) {
      if (start === 0) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      return [...failures, ...failuresFrom(batch, start, reason)];
    }
    failures.push(...found.map((failure) => ({ ...failure, index: start + failure.index })));
    const halted = found.find(({ final }) => !final);
    if (halted) return [...failures, ...failuresFrom(batch, end, halted.reason)];
  }
  return failures;
}

function endOfPart(batch: readonly ChangeEvent[], start: number): number {
  if (batch[start] instanceof DeferredEvent) return start + 1;
  const next = batch.findIndex((event, at) => at > start && event instanceof DeferredEvent);
  return next === -1 ? batch.length : next;
}

function failuresFrom(batch: readonly ChangeEvent[], start: number, reason: string): Failure[] {
  return batch.slice(start).map((_, at) => ({ index: start + at, final: false, reason }));
}
