/** Lets one at a time do something, in the order in which they came. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** @throws the signal's reason, if that comes before the turn */
  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const { promise, resolve: done } = Promise.withResolvers<void>();
    this.#last = before.then(() => promise);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await Promise.race([before, aborted]);
      return await work();
    } finally {
      signal.removeEventListener("abort", onAbort);
      done();
    }
  }
}
