import type { Failure } from "../delivery/channel.ts";
import type { ChangeEvent } from "../encoding/change-event.ts";

/** An event and its place in the batch. */
export interface Placed {
  readonly index: number;
  readonly event: ChangeEvent;
}

/** Where events are refused in a way that says which. */
export type SendPart = (part: readonly Placed[]) => Promise<readonly Failure[]>;

/**
 * Sends a batch part by part, in order, so that no part holds two events of one key: a broker may
 * take a later event of what is sent at once although it refused an earlier one, and what was
 * refused is sent again behind it. Stops at the first failure that is not final.
 */
export async function sendByKeys(
  batch: readonly ChangeEvent[],
  largest: number,
  send: SendPart,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  let rest = 0;
  while (rest < batch.length) {
    const part = distinctKeys(batch, rest, largest);
    const failed = await send(part);
    failures.push(...failed);
    rest += part.length;
    const stop = failed.find(({ final }) => !final);
    if (stop) {
      failures.push(...failuresOf(placed(batch).slice(rest), "not sent: an earlier event failed"));
      break;
    }
  }
  return failures;
}

function distinctKeys(batch: readonly ChangeEvent[], from: number, largest: number): Placed[] {
  const part: Placed[] = [];
  const keys = new Set<string>();
  for (let index = from; index < batch.length && part.length < largest; index++) {
    const event = batch[index];
    if (event === undefined) break;
    const { key, keyAfter = key } = event;
    if (keys.has(key) || keys.has(keyAfter)) break;
    keys.add(key).add(keyAfter);
    part.push({ index, event });
  }
  return part;
}

/** Each of the events failed for now, for the same reason. */
export function failuresOf(part: readonly Placed[], reason: string): Failure[] {
  return part.map(({ index }) => ({ index, final: false, reason }));
}

export function placed(batch: readonly ChangeEvent[]): Placed[] {
  return batch.map((event, index) => ({ index, event }));
}

/** Cuts a list into parts of at most so many bytes together; one that is larger is alone. */
export function partsBySize<Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
  limit: number,
  count = Number.POSITIVE_INFINITY,
): Item[][] {
  const parts: Item[][] = [];
  let size = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    const part = parts.at(-1);
    if (part === undefined || size + bytes > limit || part.length >= count) {
      parts.push([item]);
      size = bytes;
    } else {
      part.push(item);
      size += bytes;
    }
  }
  return parts;
}
