import type { ChangeEvent } from "../encoding/change-event.ts";
import type { Outcome } from "./attempt.ts";
import type { DeadLetter } from "./dead-letters.ts";
import type { DeliveryHooks, LaneState } from "./delivery-hooks.ts";
import { LaneHealth } from "./lane-health.ts";
import type { LaneStore } from "./lane-store.ts";
import { isGivenUp, parkAfterTries, waitBeforeRetry } from "./retry-policy.ts";
import { TryHistory } from "./try-history.ts";

export interface SettlementOptions {
  readonly channelId: number;
  readonly hooks: DeliveryHooks;
  readonly store: LaneStore;
  /** Milliseconds from an event's first try until it becomes a dead letter. */
  giveUpAfter(): number;
}

/** What follows from the outcome of tries: how the sink fares, and which events are given up. */
export class Settlement {
  readonly health = new LaneHealth();
  readonly history = new TryHistory();
  readonly #options: SettlementOptions;
  #state: LaneState = "flowing";

  constructor(options: SettlementOptions) {
    this.#options = options;
  }

  /** @returns whether the sink was failing until now */
  arrived(events: readonly ChangeEvent[]): boolean {
    if (events.length === 0) return false;
    this.history.forget(events);
    const wasFailing = this.health.success(events.length, performance.now());
    this.#options.hooks.delivered?.(this.#options.channelId, events);
    return wasFailing;
  }

  /**
   * Moves events that were refused, or have failed for too long, to the dead letters.
   *
   * @param isBlamed whether it is known that the failed events themselves were meant
   * @returns failed events that are to be tried again
   */
  async settle(outcome: Outcome, isBlamed: boolean): Promise<readonly ChangeEvent[]> {
    const { refused, failed, retryAfter } = outcome;
    const now = performance.now();
    const at = new Date().toISOString();
    const letters: DeadLetter[] = [];
    const again: ChangeEvent[] = [];
    for (const { event, reason } of refused) {
      const { log } = this.history.failed(event, { at, reason }, isBlamed, now);
      letters.push({ event, reason, tries: log });
    }
    for (const { event, reason } of failed) {
      const trouble = this.history.failed(event, { at, reason }, isBlamed, now);
      if (isGivenUp(trouble.firstTriedAt, now, this.#options.giveUpAfter())) {
        const seconds = Math.round((now - trouble.firstTriedAt) / 1000);
        const given = `given up after ${trouble.tries} tries in ${seconds} s: ${reason}`;
        letters.push({ event, reason: given, tries: trouble.log });
      } else again.push(event);
    }
    const [first] = failed;
    if (first !== undefined) {
      if (outcome.delivered.length === 0) this.health.failure(first.reason, now);
      else this.health.note(first.reason);
      this.#options.hooks.failed?.(this.#options.channelId, failed.length, first.reason);
    }
    if (retryAfter !== undefined) this.health.pause(now + waitBeforeRetry(1, 0, retryAfter));
    if (letters.length > 0) await this.#bury(letters);
    return again;
  }

  /** Whether an event has failed often enough by itself while the sink took others. */
  isPoison(event: ChangeEvent): boolean {
    const trouble = this.history.of(event);
    return (
      trouble !== undefined &&
      trouble.blamed >= parkAfterTries &&
      this.health.succeededAt > trouble.firstTriedAt
    );
  }

  /** How the lane fares now; a change is told. */
  state(isFlowing: boolean): LaneState {
    const state = this.health.state(isFlowing, performance.now());
    if (state === this.#state) return state;
    this.#state = state;
    const reason = state === "failing" ? this.health.lastError?.reason : undefined;
    this.#options.hooks.stateChanged?.(this.#options.channelId, state, reason);
    return state;
  }

  async #bury(letters: readonly DeadLetter[]): Promise<void> {
    await this.#options.store.bury(letters);
    const events = letters.map(({ event }) => event);
    const reason = letters[0]?.reason ?? "";
    this.history.forget(events);
    this.health.note(reason);
    this.#options.hooks.deadLettered?.(this.#options.channelId, letters.length, reason);
  }
}
