import { setMaxListeners } from "node:events";
import type { ChangeEvent, Position } from "../encoding/change-event.ts";
import type { Outcome } from "./attempt.ts";
import type { Channel } from "./channel.ts";
import { Course } from "./course.ts";
import type { LaneState } from "./delivery-hooks.ts";
import { Drain } from "./drain.ts";
import { HeldEvents } from "./held-events.ts";
import type { LaneOptions, LaneReport } from "./lane-options.ts";
import { LaneStore } from "./lane-store.ts";
import { LeftBehind } from "./left-behind.ts";
import { earlier, isBefore, justBefore, origin, requireSame } from "./order.ts";
import { ParkedKeys } from "./parked-keys.ts";
import { PartitionSet } from "./partition-set.ts";
import { ReaderHold } from "./reader-hold.ts";
import { Removals } from "./removals.ts";
import { SetAside } from "./set-aside.ts";
import { Settlement } from "./settlement.ts";
import { atMost, Signal } from "./signal.ts";
import { SpoolPages } from "./spool-pages.ts";
import type { SpoolRow } from "./spool-table.ts";
import { SpoolWriter } from "./spool-writer.ts";
import { keysOf } from "./stored-event.ts";

/** Milliseconds that nothing may arrive of a partition until its lane turns to the spool. */
const stuckFor = 2_000;

/**
 * Delivers the events of one channel, in order per key, at least once. What it cannot deliver soon
 * goes to the spool, so that neither memory nor the replication slot has to hold it.
 */
export class Lane {
  readonly channelId: number;
  readonly #options: LaneOptions;
  readonly #stop = new AbortController();
  readonly #store: LaneStore;
  readonly #settlement: Settlement;
  readonly #writer: SpoolWriter;
  readonly #parked: ParkedKeys;
  readonly #aside: SetAside;
  readonly #removals: Removals;
  readonly #drain: Drain;
  readonly #hold: ReaderHold;
  readonly #changed = new Signal();
  #isClosed = false;
  #channel: Channel;
  #giveUpAfter: number;
  readonly #course: Course;
  readonly #held: HeldEvents;
  readonly #left: LeftBehind;
  /** Up to where events were accepted, now or by a relay before; the event itself while it is known. */
  #last: Position | ChangeEvent = origin;
  /** Of the monotonic clock. */
  #retiredAt: number | undefined;

  /** Opens the lane of a channel where a relay left it. */
  static async open(options: LaneOptions): Promise<Lane> {
    const lane = new Lane(options);
    const { position, hasRows } = await lane.#store.accepted();
    if (position !== undefined) lane.#last = position;
    if (hasRows) {
      lane.#course.resume();
      lane.look();
    }
    return lane;
  }

  private constructor(options: LaneOptions) {
    this.#options = options;
    this.channelId = options.channelId;
    this.#channel = options.memory.large.through(options.channel);
    this.#giveUpAfter = options.giveUpAfter;
    // Each partition listens to it.
    setMaxListeners(0, this.#stop.signal);
    this.#held = new HeldEvents(options.memory);
    this.#store = this.#createStore();
    this.#settlement = new Settlement({
      channelId: options.channelId,
      hooks: options.hooks,
      store: this.#store,
      giveUpAfter: () => this.#giveUpAfter,
    });
    this.#writer = this.#createWriter();
    this.#parked = this.#createParkedKeys();
    this.#aside = this.#createSetAside();
    this.#left = this.#createLeftBehind();
    this.#removals = new Removals(
      (events) => this.#store.remove(events),
      (events) => {
        this.#held.removed(events);
        this.#changed.fire();
      },
    );
    this.#drain = this.#createDrain();
    this.#hold = new ReaderHold({
      memory: options.memory,
      changed: this.#changed,
      signal: this.#stop.signal,
      retreat: () => {
        if (!this.#course.isSpooling) this.#course.retreat();
      },
    });
    this.#course = this.#createCourse();
  }

  /** Takes an event; they come in the order of commits. One that was accepted before is passed over. */
  accept(event: ChangeEvent): void {
    if (!isBefore(this.#last, event)) {
      requireSame(this.#last, event);
      return;
    }
    if (this.#isClosed) return;
    this.#last = event;
    this.#options.memory.take(event.size);
    if (event.size > this.#options.memory.large.largest) this.#leaveMemory(event);
    this.#course.take(event);
    if (!this.#course.isSpooling && this.#options.memory.isOver()) {
      this.#hold.overflow(this.#isFailing());
    }
  }

  /** What the reader has to wait for before the next event; undefined when there is room. */
  pressure(): Promise<void> | undefined {
    if (this.#hold.current !== undefined) return this.#hold.current;
    if (!this.#course.isSpooling || !this.#options.memory.isOver()) return undefined;
    this.#writer.hurry();
    return this.#hold.untilWritten(() => this.#writer.bytes > 0);
  }

  /**
   * Commit LSN of the oldest event that is neither delivered nor in the spool nor a dead letter;
   * undefined if there is none.
   */
  oldestUndurable(): bigint | undefined {
    return earlier(this.#course.oldestOutside(), this.#writer.oldest())?.lsn;
  }

  /** Has a look at the spool, where an operator may have put events to be delivered again. */
  look(): void {
    void this.#store.measure();
    this.#drain.look();
  }

  /**
   * Goes on with another channel, or other options, without losing or reordering events. What is
   * under way with the old one is waited for, and the old one is closed.
   */
  async replace(channel: Channel, giveUpAfter: number): Promise<void> {
    const old = this.#channel;
    this.#giveUpAfter = giveUpAfter;
    this.#channel = this.#options.memory.large.through(channel);
    this.#course.retreat();
    await this.#left.over();
    await old.close();
  }

  report(): LaneReport {
    const oldest = earlier(this.#course.oldestOutside(), this.#writer.oldest());
    return {
      channelId: this.channelId,
      state: this.#updateState(),
      lastError: this.#settlement.health.lastError,
      delivered: this.#settlement.health.delivered,
      durable: this.#acceptedBefore(oldest),
      queuedBytes: this.#options.memory.bytes,
      spoolRows: this.#store.rows,
    };
  }

  /** Nothing comes any more: once `isDrained`, the lane may be closed and the channel deleted. */
  retire(): void {
    this.#retiredAt ??= performance.now();
  }

  /**
   * Whether nothing is left to deliver, neither in memory nor in the spool; or, of a retired lane,
   * whether its sink has taken nothing for so long that the rest is given up.
   */
  get isDrained(): boolean {
    if (this.#isAbandoned()) return true;
    return (
      this.#course.isFast &&
      this.#held.size === 0 &&
      this.#parked.size === 0 &&
      this.oldestUndurable() === undefined
    );
  }

  /** Waits until `isDrained`, or so many milliseconds. */
  async drained(milliseconds: number): Promise<boolean> {
    const deadline = performance.now() + milliseconds;
    while (!this.isDrained && performance.now() < deadline && !this.#stop.signal.aborted) {
      await atMost(Math.min(50, deadline - performance.now()), this.#changed.next());
    }
    return this.isDrained;
  }

  /** Waits until nothing is undurable, or so many milliseconds. */
  async settled(milliseconds: number): Promise<void> {
    const deadline = performance.now() + milliseconds;
    while (this.oldestUndurable() !== undefined && performance.now() < deadline) {
      await atMost(Math.min(20, deadline - performance.now()), this.#changed.next());
    }
  }

  /** Ends at once. What was not durable is read again by the next relay. */
  async close(): Promise<void> {
    if (this.#isAbandoned()) this.#options.hooks.abandoned?.(this.channelId, this.#store.rows);
    this.#isClosed = true;
    this.#stop.abort();
    this.#changed.fire();
    this.#course.partitions.wake();
    await this.#channel.close();
    this.#options.memory.close();
    this.#store.forget();
  }

  #updateState(): LaneState {
    return this.#settlement.state(this.#course.isFast);
  }

  #isFailing(): boolean {
    return this.#settlement.health.isFailing(performance.now());
  }

  #isAbandoned(): boolean {
    if (this.#retiredAt === undefined || !this.#isFailing()) return false;
    return performance.now() - this.#retiredAt >= this.#giveUpAfter;
  }

  #createCourse(): Course {
    return new Course({
      signal: this.#stop.signal,
      changed: this.#changed,
      held: this.#held,
      parked: this.#parked,
      left: this.#left,
      writer: this.#writer,
      drain: this.#drain,
      store: this.#store,
      history: this.#settlement.history,
      createPartitions: () => this.#createPartitions(),
      turned: () => this.#updateState(),
    });
  }

  #createPartitions(): PartitionSet {
    return new PartitionSet({
      channel: this.#channel,
      signal: this.#stop.signal,
      arrived: (events) => this.#arrived(events),
      gone: (events) => this.#gone(events),
      goneLate: (events) => this.#left.arrived(events),
      settle: (outcome, isBlamed) => this.#settle(outcome, isBlamed),
      retained: (events) => this.#aside.retained(events),
      isPoison: (event) => this.#settlement.isPoison(event),
      park: (event) => this.#aside.park(event),
      stuck: (since) => this.#stuck(since),
      pauseUntil: () => this.#settlement.health.pauseUntil,
    });
  }

  #createStore(): LaneStore {
    const { pool, channelId, budget, hooks, memory } = this.#options;
    const trouble = (error: Error) => {
      this.#settlement.health.note(`IDB4104 the spool cannot be used: ${error.message}`);
      hooks.databaseFailed?.(channelId, error);
    };
    const { signal } = this.#stop;
    return new LaneStore({ pool, channelId, budget, large: memory.large, signal, trouble });
  }

  #createWriter(): SpoolWriter {
    return new SpoolWriter({
      room: () => this.#store.room(),
      store: async (batch, next) => {
        const accepted = this.#acceptedBefore(earlier(this.#course.oldestOutside(), next));
        await this.#store.write(batch, accepted);
        const [first] = batch;
        if (first !== undefined) this.#drain.stored(first);
        for (const { size } of batch) this.#options.memory.release(size);
        this.#options.hooks.spooled?.(this.channelId, batch.length);
        this.#changed.fire();
      },
    });
  }

  #createParkedKeys(): ParkedKeys {
    const lane = this;
    return new ParkedKeys({
      get channel() {
        return lane.#channel;
      },
      signal: this.#stop.signal,
      read: (keys, limit) => this.#store.readKeys(keys, limit),
      flush: () => this.#writer.flush(),
      unstored: () => this.#writer.oldest(),
      alone: (keys) => this.#alone(keys),
      joined: () => queueMicrotask(() => this.#aside.sweep()),
      delivered: (events) => this.#arrived(events),
      settle: (outcome, isBlamed) => this.#settle(outcome, isBlamed),
      remove: (events) => this.#store.remove(events),
      unparked: () => this.#drain.look(),
      trouble: (error) => this.#store.trouble(error),
    });
  }

  #createSetAside(): SetAside {
    const lane = this;
    return new SetAside({
      parked: this.#parked,
      get partitions() {
        return lane.#course.partitions;
      },
      get buffer() {
        return lane.#course.buffer;
      },
      held: this.#held,
      writer: this.#writer,
      release: (events) => this.#release(events),
    });
  }

  #createLeftBehind(): LeftBehind {
    return new LeftBehind({
      flushRemovals: () => this.#removals.flush(),
      withdraw: (events) => this.#writer.withdraw(events),
      release: (events) => {
        for (const { size } of events) this.#options.memory.release(size);
      },
      remove: (events) => this.#store.remove(events),
    });
  }

  #createDrain(): Drain {
    const pages = new SpoolPages({
      store: this.#store,
      held: this.#held,
      memory: this.#options.memory,
      changed: this.#changed,
      signal: this.#stop.signal,
    });
    return new Drain({
      signal: this.#stop.signal,
      room: () => pages.room(),
      settleLeft: () => this.#left.settle(),
      read: (after) => {
        this.#held.reading();
        return pages.read(after, this.#parked.keys);
      },
      take: (row) => this.#take(row),
      caughtUp: (rows) => this.#course.caughtUp(rows),
      trouble: (error) => this.#store.trouble(error),
    });
  }

  #take({ key: stored, event }: SpoolRow): void {
    const [key, keyAfter] = keysOf(stored);
    if (this.#parked.takes({ key, ...(keyAfter !== undefined && { keyAfter }) })) return;
    if (event === undefined || this.#held.isKnown(event)) return;
    this.#held.add(event);
    this.#course.partitions.push(event);
  }

  /** The sink has them. */
  #arrived(events: readonly ChangeEvent[]): void {
    if (!this.#settlement.arrived(events)) return;
    this.#updateState();
    this.#course.partitions.wake();
  }

  /** Delivered or dead: nothing waits for them any more. */
  #gone(events: readonly ChangeEvent[]): void {
    let released = 0;
    for (const event of events) {
      if (this.#held.has(event)) this.#removals.add(event);
      else released += event.size;
    }
    this.#options.memory.release(released);
    this.#course.partitions.forget(events);
    this.#changed.fire();
  }

  #release(events: readonly ChangeEvent[]): void {
    this.#held.release(events);
    this.#changed.fire();
  }

  async #settle(outcome: Outcome, isBlamed: boolean): Promise<readonly ChangeEvent[]> {
    const again = await this.#settlement.settle(outcome, isBlamed);
    this.#updateState();
    return again;
  }

  async #alone(keys: ReadonlySet<string>): Promise<void> {
    const isOfRow = ({ key, keyAfter = key }: ChangeEvent) => keys.has(key) || keys.has(keyAfter);
    while (this.#course.partitions.isTrying(isOfRow)) {
      this.#stop.signal.throwIfAborted();
      await atMost(100, this.#changed.next());
    }
    // What has arrived must not be read from the spool again.
    await this.#removals.flush();
  }

  #stuck(since: number): void {
    if (performance.now() - since < stuckFor || this.#course.isSpooling) return;
    this.#course.retreat();
  }

  /** One that is so large goes to the spool, and nothing here holds on to it. */
  #leaveMemory({ lsn, index }: ChangeEvent): void {
    this.#last = { lsn, index };
    if (!this.#course.isSpooling) this.#course.retreat();
  }

  /** Up to where everything is durable, if `oldest` is the first event that is not. */
  #acceptedBefore(oldest: Position | undefined): Position | undefined {
    if (oldest !== undefined) return justBefore(oldest);
    const { lsn, index } = this.#last;
    return this.#last === origin ? undefined : { lsn, index };
  }
}
