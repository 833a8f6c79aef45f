/** Tells readers of this process at once that a channel has something new. */
export class SocketWakeups {
  readonly #versions = new Map<number, number>();
  readonly #waiting = new Map<number, Set<() => void>>();

  /** How often something was announced. */
  version(channelId: number): number {
    return this.#versions.get(channelId) ?? 0;
  }

  announce(channelId: number): void {
    this.#versions.set(channelId, this.version(channelId) + 1);
    for (const wake of this.#waiting.get(channelId) ?? []) wake();
  }

  /** Waits until there is more than at `version`, but not longer than that many milliseconds. */
  changed(
    channelId: number,
    version: number,
    milliseconds: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (this.version(channelId) !== version || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(channelId) ?? new Set();
      this.#waiting.set(channelId, waiting);
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        waiting.delete(wake);
        if (waiting.size === 0) this.#waiting.delete(channelId);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      signal.addEventListener("abort", wake, { once: true });
      waiting.add(wake);
    });
  }
}
