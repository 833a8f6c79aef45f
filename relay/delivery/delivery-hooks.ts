import type { ChangeEvent } from "../encoding/change-event.ts";

/** How a channel fares. */
export type LaneState =
  /** Events go from memory to the sink. */
  | "flowing"
  /** The sink takes events, but what comes goes to the spool until that is empty. */
  | "spooling"
  /** The sink takes nothing. */
  | "failing";

/** What is told of deliveries to whoever counts and logs; every function must be quick. */
export interface DeliveryHooks {
  /** The sink has them for good. */
  delivered?(channelId: number, events: readonly ChangeEvent[]): void;
  /** A try of that many events failed. */
  failed?(channelId: number, events: number, reason: string): void;
  spooled?(channelId: number, events: number): void;
  deadLettered?(channelId: number, events: number, reason: string): void;
  stateChanged?(channelId: number, state: LaneState, reason: string | undefined): void;
  /** The spool, or the table of dead letters, cannot be read or written; it is tried again. */
  databaseFailed?(channelId: number, error: Error): void;
  /** Reading is to stop, or goes on: `problem` says why, with a code, undefined when it is over. */
  spoolFull?(problem: string | undefined): void;
  /** A channel that was retired leaves that many events behind, since its sink took none for too long. */
  abandoned?(channelId: number, events: number): void;
}
