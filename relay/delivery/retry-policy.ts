/** Milliseconds; the first wait is up to `base`. */
const base = 100;
const cap = 30_000;
/** A receiver cannot ask for more, in milliseconds. */
const retryAfterCap = 600_000;

/** Times that an event is to fail, and be meant, before its key is set aside. */
export const parkAfterTries = 3;
/** Failures of single events in a row after which every other try is of an event of another key. */
export const probeAfterFailures = 3;

/**
 * Exponential back-off with full jitter: between 0 and twice the bound of the try before.
 *
 * @param failures tries that have failed so far, from 1
 * @param random from 0 to 1
 * @returns milliseconds
 */
export function backOff(failures: number, random: number, limit: number = cap): number {
  return random * Math.min(limit, base * 2 ** Math.min(failures - 1, 30));
}

/**
 * How long to wait before the next try.
 *
 * @param retryAfter milliseconds that the receiver asked for; honoured up to ten minutes
 */
export function waitBeforeRetry(
  failures: number,
  random: number,
  retryAfter: number | undefined,
): number {
  const wait = backOff(failures, random);
  if (retryAfter === undefined) return wait;
  return Math.max(wait, Math.min(Math.max(0, retryAfter), retryAfterCap));
}

/**
 * Whether an event that has just failed is given up.
 *
 * @param firstTriedAt,now of a monotonic clock, in milliseconds
 */
export function isGivenUp(firstTriedAt: number, now: number, giveUpAfter: number): boolean {
  return now - firstTriedAt >= giveUpAfter;
}

/**
 * Events of the next batch, at most, when nobody knows which one of the x that is merely away sees smaller requests for a while.
 *
 * @param size events of the batch that failed as a whole
 * @param failures batches that have failed as a whole in a row
 */
export function sizeAfterFailure(size: number, failures: number): number {
  return failures < 2 ? size : Math.max(1, size >> 3);
}
