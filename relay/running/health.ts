/** What is known of the progress of replication at one moment. */
export interface Progress {
  /** "waiting": another relay has the slot. */
  readonly phase: "starting" | "waiting" | "reading" | "reconnecting" | "stopped";
  /** WAL position of the server, as last heard or asked. */
  readonly serverLsn: bigint;
  readonly confirmedLsn: bigint;
}

export interface HealthState {
  readonly ready: boolean;
  readonly reason: string;
}

/**
 * Whether this relay does its work: reading and confirming, or waiting for another that does. It is
 * red when that has not been so for a while, as when the confirmed position stands still while the
 * server's moves on.
 */
export class Health {
  readonly #stallSeconds: number;
  readonly #now: () => number;
  #progress: Progress = { phase: "starting", serverLsn: 0n, confirmedLsn: 0n };
  /** When all was well for the last time; undefined until it was. */
  #wellAt: number | undefined;
  #alarm: string | undefined;

  /** @param now monotonic clock, in milliseconds */
  constructor(stallSeconds: number, now: () => number = () => performance.now()) {
    this.#stallSeconds = stallSeconds;
    this.#now = now;
  }

  /** To be called every few seconds, and when the phase changes. */
  report(progress: Progress): void {
    const { phase, serverLsn, confirmedLsn } = progress;
    const begins = phase === "reading" && this.#progress.phase !== "reading";
    const moves = confirmedLsn > this.#progress.confirmedLsn || confirmedLsn >= serverLsn;
    if (phase === "waiting" || begins || (phase === "reading" && moves)) this.#wellAt = this.#now();
    this.#progress = progress;
  }

  /** Something that stops reading until somebody acts, as a full spool; undefined when it is over. */
  alarm(problem: string | undefined): void {
    this.#alarm = problem;
  }

  /** Seconds since all was well. */
  get stalledSeconds(): number {
    return this.#wellAt === undefined ? 0 : (this.#now() - this.#wellAt) / 1000;
  }

  state(): HealthState {
    const { phase, confirmedLsn, serverLsn } = this.#progress;
    if (this.#alarm !== undefined) return { ready: false, reason: this.#alarm };
    if (this.#wellAt === undefined || phase === "stopped") return { ready: false, reason: phase };
    if (this.stalledSeconds <= this.#stallSeconds) return { ready: true, reason: phase };
    const behind = serverLsn > confirmedLsn ? serverLsn - confirmedLsn : 0n;
    const reason = `${phase}, no progress for ${Math.round(this.stalledSeconds)} s, ${behind} bytes of WAL behind`;
    return { ready: false, reason };
  }
}
