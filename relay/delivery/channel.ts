import type { ChangeEvent } from "../encoding/change-event.ts";

/** Why an event of a batch did not arrive. */
export interface Failure {
  /** Which event of the batch. */
  readonly index: number;
  /** Whether another try is pointless: the receiver refused this very event, for good. */
  readonly final: boolean;
  /** For people, without secrets and without what the event holds; at most 500 characters. */
  readonly reason: string;
  /** Milliseconds that the receiver asked to wait. */
  readonly retryAfter?: number;
}

/**
 * Where the events of one channel go. A lane calls `deliver` with a batch in order, and never again
 * before the batch is settled within one partition; events of one key are always in one partition.
 */
export interface Channel {
  /** Batches that may be under way at once; each takes the events of its own keys. */
  readonly partitions: number;
  /** Events in a batch, at most. */
  readonly batchSize: number;
  /**
   * Sends a batch in order and waits until the receiver has it for good.
   *
   * @returns what did not arrive; nothing if all did. Of a failed event all later ones that
   * concern one of its keys have to be in it too, unless the failure is final.
   * @throws anything, when nothing is known to have arrived: the whole batch is tried again
   */
  deliver(batch: readonly ChangeEvent[], signal: AbortSignal): Promise<readonly Failure[]>;
  /** Ends connections; what is under way may fail. */
  close(): Promise<void>;
}
