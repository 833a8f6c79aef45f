import type { LaneState } from "./delivery-hooks.ts";

/** Milliseconds without anything that arrived, after a failure, until a sink counts as failing. */
const patience = 1_000;

/** How the sink of a lane fares, as of a monotonic clock. */
export class LaneHealth {
  #failingSince: number | undefined;
  #succeededAt = Number.NEGATIVE_INFINITY;
  #pauseUntil = 0;
  /** What went wrong last, and when (ISO 8601). */
  lastError: { readonly reason: string; readonly at: string } | undefined;
  /** Events that have arrived so far. */
  delivered = 0;

  get succeededAt(): number {
    return this.#succeededAt;
  }

  /** Until when the sink wants to be left alone. */
  get pauseUntil(): number {
    return this.#pauseUntil;
  }

  isFailing(now: number): boolean {
    return this.#failingSince !== undefined && now - this.#failingSince >= patience;
  }

  /** @returns whether the sink was failing until now */
  success(events: number, now: number): boolean {
    const wasFailing = this.isFailing(now);
    this.delivered += events;
    this.#succeededAt = now;
    this.#failingSince = undefined;
    return wasFailing;
  }

  failure(reason: string, now: number): void {
    this.#failingSince ??= now;
    this.lastError = { reason, at: new Date().toISOString() };
  }

  /** The sink asked for a pause. */
  pause(until: number): void {
    this.#pauseUntil = Math.max(this.#pauseUntil, until);
  }

  /** Something else than the sink went wrong. */
  note(reason: string): void {
    this.lastError = { reason, at: new Date().toISOString() };
  }

  state(isFlowing: boolean, now: number): LaneState {
    if (this.isFailing(now)) return "failing";
    return isFlowing ? "flowing" : "spooling";
  }
}
