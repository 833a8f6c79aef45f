import { setTimeout as sleep } from "node:timers/promises";
import { isInterruption } from "./interruption.ts";

const SHORTEST_WAIT = 250;
const LONGEST_WAIT = 30_000;
/** A session that lasted this long, in milliseconds, was a success. */
const SUCCESS = 60_000;

/**
 * Milliseconds to wait before the next try: twice as long each time, up to half a minute, less up to
 * a half of it at random, so that many relays do not come back at once.
 *
 * @param failures how many tries in a row have failed
 * @param random from 0 to 1
 */
export function waitBefore(failures: number, random: number): number {
  const wait = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** (failures - 1));
  return wait * (1 - random / 2);
}

/**
 * Runs one session after the other, each until its connection ends, until the signal.
 *
 * @param session what happens on one connection: the slot, the reading
 * @param onInterruption an error that time can heal, and the milliseconds to the next session
 * @throws the first error that time cannot heal
 */
export async function keepReading(
  session: () => Promise<void>,
  signal: AbortSignal,
  onInterruption: (error: unknown, wait: number) => void,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await session();
    } catch (error) {
      if (signal.aborted) return;
      if (!isInterruption(error)) throw error;
      failures = performance.now() - startedAt > SUCCESS ? 1 : failures + 1;
      const wait = waitBefore(failures, Math.random());
      onInterruption(error, wait);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}
