const smallest = 64;
/** Room that is kept when nothing is left in it. */
const kept = 4096;

/**
 * A first-in, first-out queue whose operations take constant time. Its items lie in a ring, which is
 * seldom replaced: one that is left behind in the old generation of the heap would keep all that it
 * refers to alive until the next full collection.
 */
export class Fifo<T> {
  #ring: (T | undefined)[] = new Array(smallest).fill(undefined);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#ring.length) this.#ring = this.#copy(2 * this.#length);
    this.#ring[(this.#head + this.#length++) & (this.#ring.length - 1)] = item;
  }

  peek(): T | undefined {
    return this.#length === 0 ? undefined : this.#ring[this.#head];
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#length--;
    if (this.#length === 0 && this.#ring.length > kept) this.#ring = this.#copy(smallest);
    return item;
  }

  /** Keeps what passes the test, and returns the rest; both in order. */
  extract(leaves: (item: T) => boolean): T[] {
    const taken: T[] = [];
    const left: T[] = [];
    for (const item of this) (leaves(item) ? taken : left).push(item);
    if (taken.length === 0) return taken;
    this.#ring = new Array(smallest).fill(undefined);
    this.#head = 0;
    this.#length = 0;
    for (const item of left) this.push(item);
    return taken;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let at = 0; at < this.#length; at++) {
      yield this.#ring[(this.#head + at) & (this.#ring.length - 1)] as T;
    }
  }

  /** @param size a power of two */
  #copy(size: number): (T | undefined)[] {
    const ring: (T | undefined)[] = new Array(size).fill(undefined);
    let at = 0;
    for (const item of this) ring[at++] = item;
    this.#head = 0;
    return ring;
  }
}
