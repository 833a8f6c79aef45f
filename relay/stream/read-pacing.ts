const ENOUGH = 64 * 1024;
const WITHIN = 20;
const LONGEST_REST = 10;

/**
 * How long to leave the socket alone after a read, in milliseconds. The server writes every change
 * to its socket by itself, and the writing costs it several times as much when it must wake the
 * reader for it. So when much is coming, one lets it pile up a little. When little is coming, one is
 * there at once.
 */
export class ReadPacing {
  #bytes = 0;
  #since = 0;
  #rest = 0;

  /**
   * @param count bytes that were read
   * @param isAll whether nothing is left to be read at once
   * @param now milliseconds of `performance.now()`
   */
  restAfter(count: number, isAll: boolean, now: number): number {
    if (now - this.#since > WITHIN) {
      this.#since = now;
      this.#bytes = 0;
      this.#rest = 0;
    }
    this.#bytes += count;
    if (!isAll || this.#bytes < ENOUGH) return 0;
    this.#rest = Math.min(LONGEST_REST, Math.max(1, 2 * this.#rest));
    this.#since = now + this.#rest;
    this.#bytes = 0;
    return this.#rest;
  }
}
