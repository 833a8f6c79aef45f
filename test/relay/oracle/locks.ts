/** Many may share it, or one has it alone; in the order of asking. */
class SharedLock {
  #sharing = 0;
  #isAlone = false;
  readonly #waiting: { readonly alone: boolean; readonly enter: () => void }[] = [];

  async take(alone: boolean): Promise<() => void> {
    if (this.#waiting.length > 0 || !this.#isFree(alone)) {
      await new Promise<void>((enter) => this.#waiting.push({ alone, enter }));
    } else this.#enter(alone);
    return () => this.#leave(alone);
  }

  #isFree(alone: boolean): boolean {
    return !this.#isAlone && (!alone || this.#sharing === 0);
  }

  #enter(alone: boolean): void {
    if (alone) this.#isAlone = true;
    else this.#sharing++;
  }

  #leave(alone: boolean): void {
    if (alone) this.#isAlone = false;
    else this.#sharing--;
    for (let next = this.#waiting[0]; next && this.#isFree(next.alone); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#enter(next.alone);
      next.enter();
    }
  }
}

export interface Wanted {
  readonly name: string;
  readonly alone: boolean;
}

/**
 * Locks by name, which a writer holds until it knows that its transaction has ended. So it knows the
 * rows that it changes, and of each name the order of commits is known without asking the server.
 */
export class Locks {
  readonly #byName = new Map<string, SharedLock>();

  /** Takes all of them, in the order of their names; the result gives them back. */
  async take(wanted: readonly Wanted[]): Promise<() => void> {
    const ordered = wanted.toSorted((left, right) => (left.name < right.name ? -1 : 1));
    const releases: (() => void)[] = [];
    for (const { name, alone } of ordered) releases.push(await this.#lock(name).take(alone));
    return () => {
      for (const release of releases) release();
    };
  }

  #lock(name: string): SharedLock {
    const known = this.#byName.get(name) ?? new SharedLock();
    this.#byName.set(name, known);
    return known;
  }
}
