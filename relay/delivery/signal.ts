/** Something that can be waited for, again and again. */
export class Signal {
  #waiting: PromiseWithResolvers<void> | undefined;

  /** The next time that it is fired. */
  next(): Promise<void> {
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  fire(): void {
    this.#waiting?.resolve();
    this.#waiting = undefined;
  }
}

/** Waits that long, or until the promise is settled. */
export async function atMost(milliseconds: number, promise: Promise<unknown>): Promise<void> {
  const { promise: elapsed, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  try {
    await Promise.race([elapsed, promise]);
  } finally {
    clearTimeout(timer);
  }
}
