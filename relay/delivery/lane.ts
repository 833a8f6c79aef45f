import { setMaxListeners } from "node:events";
import type { Pool } from "pg";
import type { ChangeEvent, Position } from "../encoding/change-event.ts";
import type { Outcome } from "./attempt.ts";
import type { Channel } from "./channel.ts";
import type { DeadLetter } from "./dead-letters.ts";
import type { DeliveryHooks, LaneState } from "./delivery-hooks.ts";
import { Drain } from "./drain.ts";
import { Fences } from "./fences.ts";
import { Fifo } from "./fifo.ts";
import { HeldEvents } from "./held-events.ts";
import { LaneHealth } from "./lane-health.ts";
import { LaneStore } from "./lane-store.ts";
import type { LaneMemory } from "./memory-budget.ts";
import { byPosition, earlier, isBefore, justBefore, origin, partitionOf } from "./order.ts";
import { ParkedKeys } from "./parked-keys.ts";
import { Partition } from "./partition.ts";
import { Removals } from "./removals.ts";
import { isGivenUp, parkAfterTries, waitBeforeRetry } from "./retry-policy.ts";
import { atMost, Signal } from "./signal.ts";
import type { SpoolBudget } from "./spool-budget.ts";
import type { SpoolRow } from "./spool-table.ts";
import { SpoolWriter } from "./spool-writer.ts";
import { keysOf } from "./stored-event.ts";
import { TryHistory } from "./try-history.ts";

export interface LaneOptions {
  readonly channelId: number;
  readonly channel: Channel;
  /** Milliseconds from an event's first try until it becomes a dead letter. */
  readonly giveUpAfter: number;
  /** Shared by all lanes; a connection is taken for one statement or transaction at a time. */
  readonly pool: Pool;
  readonly memory: LaneMemory;
  readonly budget: SpoolBudget;
  readonly hooks: DeliveryHooks;
}

/** What a lane tells of itself. */
export interface LaneReport {
  readonly channelId: number;
  readonly state: LaneState;
  readonly lastError: { readonly reason: string; readonly at: string } | undefined;
  /** Since the lane was opened. */
  readonly delivered: number;
  /** Everything up to here is delivered, in the spool or a dead letter. */
  readonly durable: Position | undefined;
  /** Of events in memory. */
  readonly queuedBytes: number;
  /** Events in the spool, as far as is known without counting each time. */
  readonly spoolRows: number;
}

/**
 * - fast: events go from memory to the sink, as long as there is memory and the sink takes them.
 * - spooling: what comes goes to the spool, from where it is delivered.
 * - joining: the spool is nearly empty; what comes waits in memory until it is, so that both meet.
 */
type Mode = "fast" | "spooling" | "joining";

/** Milliseconds that nothing may arrive of a partition until its lane turns to the spool. */
const stuckFor = 2_000;
/**
 * Milliseconds within which a lane whose memory is full has to deliver a tenth of it, while the
 * reader waits; a sink that is slower than that is better served from the spool.
 */
const holdFor = 500;
const enough = 0.9;
/** Of the spool, in memory. */
const pageRows = 2_000;
const pageBytes = 4 << 20;

/**
 * Delivers the events of one channel, in order per key, at least once. What it cannot deliver soon
 * goes to the spool, so that neither memory nor the replication slot has to hold it.
 */
export class Lane {
  readonly channelId: number;
  readonly #options: LaneOptions;
  readonly #stop = new AbortController();
  readonly #store: LaneStore;
  readonly #history = new TryHistory();
  readonly #health = new LaneHealth();
  readonly #fences = new Fences<Partition>();
  readonly #writer: SpoolWriter;
  readonly #parked: ParkedKeys;
  readonly #removals: Removals;
  readonly #drain: Drain;
  readonly #changed = new Signal();
  #channel: Channel;
  #giveUpAfter: number;
  #mode: Mode = "fast";
  #partitions: readonly Partition[];
  /** Accepted while joining. */
  #buffer = new Fifo<ChangeEvent>();
  readonly #held: HeldEvents;
  /** What is under way since before the last retreat. */
  #left: Promise<void> | undefined;
  /** Events that have arrived since, and are or will be in the spool. */
  #late: ChangeEvent[] = [];
  /** Up to where events were accepted, now or by a relay before. */
  #last: Position = origin;
  #hold: Promise<void> | undefined;
  /** Of the monotonic clock. */
  #retiredAt: number | undefined;
  #state: LaneState = "flowing";

  /** Opens the lane of a channel where a relay left it. */
  static async open(options: LaneOptions): Promise<Lane> {
    const lane = new Lane(options);
    const { position, hasRows } = await lane.#store.accepted();
    if (position !== undefined) lane.#last = position;
    if (hasRows) {
      lane.#mode = "spooling";
      lane.look();
    }
    return lane;
  }

  private constructor(options: LaneOptions) {
    this.#options = options;
    this.channelId = options.channelId;
    this.#channel = options.channel;
    this.#giveUpAfter = options.giveUpAfter;
    // Each partition listens to it.
    setMaxListeners(0, this.#stop.signal);
    this.#held = new HeldEvents(options.memory);
    this.#store = this.#createStore();
    this.#writer = this.#createWriter();
    this.#parked = this.#createParkedKeys();
    this.#removals = new Removals(
      (events) => this.#store.remove(events),
      (events) => this.#release(events),
    );
    this.#drain = this.#createDrain();
    this.#partitions = this.#createPartitions();
  }

  /** Takes an event; they come in the order of commits. One that was accepted before is passed over. */
  accept(event: ChangeEvent): void {
    if (!isBefore(this.#last, event)) return;
    this.#last = event;
    this.#options.memory.take(event.size);
    if (this.#mode === "spooling") {
      this.#writer.add(event);
      return;
    }
    if (this.#parked.size > 0 && this.#parked.takes(event)) this.#writer.add(event);
    else if (this.#mode === "fast") this.#push(event);
    else this.#buffer.push(event);
    if (this.#options.memory.isOver()) this.#overflow();
  }

  /** What the reader has to wait for before the next event; undefined when there is room. */
  pressure(): Promise<void> | undefined {
    if (this.#hold !== undefined) return this.#hold;
    if (this.#mode !== "spooling" || !this.#options.memory.isOver()) return undefined;
    if (this.#writer.bytes === 0) return undefined;
    return this.#writerHasRoom();
  }

  /**
   * Commit LSN of the oldest event that is neither delivered nor in the spool nor a dead letter;
   * undefined if there is none.
   */
  oldestUndurable(): bigint | undefined {
    return earlier(this.#oldestOutside(), this.#writer.oldest())?.lsn;
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
    this.#channel = channel;
    this.#retreat();
    await this.#left;
    await old.close();
  }

  report(): LaneReport {
    const oldest = earlier(this.#oldestOutside(), this.#writer.oldest());
    return {
      channelId: this.channelId,
      state: this.#updateState(),
      lastError: this.#health.lastError,
      delivered: this.#health.delivered,
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
      this.#mode === "fast" &&
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
    this.#stop.abort();
    this.#changed.fire();
    for (const partition of this.#partitions) partition.wake();
    await this.#channel.close();
    this.#options.memory.release(this.#options.memory.bytes);
    this.#store.forget();
  }

  #updateState(): LaneState {
    const state = this.#health.state(this.#mode === "fast", performance.now());
    if (state !== this.#state) {
      this.#state = state;
      const reason = state === "failing" ? this.#health.lastError?.reason : undefined;
      this.#options.hooks.stateChanged?.(this.channelId, state, reason);
    }
    return state;
  }

  #isAbandoned(): boolean {
    const now = performance.now();
    const since = this.#retiredAt;
    return since !== undefined && now - since >= this.#giveUpAfter && this.#health.isFailing(now);
  }

  #createPartitions(): Partition[] {
    const channel = this.#channel;
    const host = {
      channel,
      signal: this.#stop.signal,
      isFenced: (event: ChangeEvent, by: Partition | undefined) => this.#fences.holds(event, by),
      arrived: (events: readonly ChangeEvent[]) => this.#arrived(events),
      gone: (events: readonly ChangeEvent[]) => this.#gone(events),
      goneLate: (events: readonly ChangeEvent[]) => void this.#late.push(...events),
      settle: (outcome: Outcome, isBlamed: boolean) => this.#settle(outcome, isBlamed),
      retained: (events: readonly ChangeEvent[]) => this.#retained(events),
      isPoison: (event: ChangeEvent) => this.#isPoison(event),
      park: (event: ChangeEvent) => this.#park(event),
      stuck: (since: number) => this.#stuck(since),
      pauseUntil: () => this.#health.pauseUntil,
    };
    return Array.from({ length: channel.partitions }, () => new Partition(host));
  }

  #createStore(): LaneStore {
    const { pool, channelId, budget, hooks } = this.#options;
    const trouble = (error: Error) => {
      this.#health.note(`IDB4104 the spool cannot be used: ${error.message}`);
      hooks.databaseFailed?.(channelId, error);
    };
    return new LaneStore({ pool, channelId, budget, signal: this.#stop.signal, trouble });
  }

  #createWriter(): SpoolWriter {
    return new SpoolWriter({
      room: () => this.#store.room(),
      store: async (batch, next) => {
        const accepted = this.#acceptedBefore(earlier(this.#oldestOutside(), next));
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
      alone: (keys) => this.#alone(keys),
      joined: () => queueMicrotask(() => this.#setAside()),
      delivered: (events) => this.#arrived(events),
      settle: (outcome, isBlamed) => this.#settle(outcome, isBlamed),
      remove: (events) => this.#store.remove(events),
      unparked: () => this.#drain.look(),
      trouble: (error) => this.#store.trouble(error),
    });
  }

  #createDrain(): Drain {
    return new Drain({
      signal: this.#stop.signal,
      room: () => this.#pageHasRoom(),
      settleLeft: () => this.#settleLeft(),
      read: async (after) => {
        const limits = { rows: pageRows, bytes: this.#pageBytes() };
        const rows = await this.#store.read(after, this.#parked.keys, limits);
        const bytes = rows.reduce((sum, { event }) => sum + (event?.size ?? 0), 0);
        return { rows, hasMore: rows.length === pageRows || bytes >= limits.bytes };
      },
      take: (row) => this.#take(row),
      caughtUp: (rows) => this.#caughtUp(rows),
      trouble: (error) => this.#store.trouble(error),
    });
  }

  #take({ key: stored, event }: SpoolRow): void {
    const [key, keyAfter] = keysOf(stored);
    if (this.#parked.takes({ key, ...(keyAfter !== undefined && { keyAfter }) })) return;
    if (event === undefined || this.#held.hasId(event.id)) return;
    this.#held.add(event);
    this.#push(event);
  }

  #push(event: ChangeEvent): void {
    const partition = this.#partitions[partitionOf(event.key, this.#partitions.length)];
    if (partition === undefined) throw new RangeError("a channel needs a partition");
    if (event.keyAfter !== undefined) this.#fences.add(event, partition);
    partition.push(event);
  }

  /** The sink has them. */
  #arrived(events: readonly ChangeEvent[]): void {
    if (events.length === 0) return;
    this.#history.forget(events);
    const wasFailing = this.#health.success(events.length, performance.now());
    this.#options.hooks.delivered?.(this.channelId, events);
    if (!wasFailing) return;
    this.#updateState();
    for (const partition of this.#partitions) partition.wake();
  }

  /** Delivered or dead: nothing waits for them any more. */
  #gone(events: readonly ChangeEvent[]): void {
    let released = 0;
    for (const event of events) {
      if (this.#held.has(event)) this.#removals.add(event);
      else released += event.size;
    }
    this.#options.memory.release(released);
    if (this.#fences.remove(events)) for (const partition of this.#partitions) partition.wake();
    this.#changed.fire();
  }

  #release(events: readonly ChangeEvent[]): void {
    this.#held.release(events);
    this.#changed.fire();
  }

  async #settle(outcome: Outcome, isBlamed: boolean): Promise<readonly ChangeEvent[]> {
    const { refused, failed, retryAfter } = outcome;
    const now = performance.now();
    const at = new Date().toISOString();
    const letters: DeadLetter[] = [];
    const again: ChangeEvent[] = [];
    for (const { event, reason } of refused) {
      const { log } = this.#history.failed(event, { at, reason }, isBlamed, now);
      letters.push({ event, reason, tries: log });
    }
    for (const { event, reason } of failed) {
      const trouble = this.#history.failed(event, { at, reason }, isBlamed, now);
      if (isGivenUp(trouble.firstTriedAt, now, this.#giveUpAfter)) {
        const seconds = Math.round((now - trouble.firstTriedAt) / 1000);
        const given = `given up after ${trouble.tries} tries in ${seconds} s: ${reason}`;
        letters.push({ event, reason: given, tries: trouble.log });
      } else again.push(event);
    }
    const [first] = failed;
    if (first !== undefined) {
      if (outcome.delivered.length === 0) this.#health.failure(first.reason, now);
      else this.#health.note(first.reason);
      this.#options.hooks.failed?.(this.channelId, failed.length, first.reason);
      this.#updateState();
    }
    if (retryAfter !== undefined) this.#health.pause(now + waitBeforeRetry(1, 0, retryAfter));
    if (letters.length > 0) await this.#bury(letters);
    return again;
  }

  async #bury(letters: readonly DeadLetter[]): Promise<void> {
    await this.#store.bury(letters);
    const events = letters.map(({ event }) => event);
    this.#history.forget(events);
    this.#health.note(letters[0]?.reason ?? "");
    this.#options.hooks.deadLettered?.(this.channelId, letters.length, letters[0]?.reason ?? "");
  }

  #isPoison(event: ChangeEvent): boolean {
    const trouble = this.#history.of(event);
    return (
      trouble !== undefined &&
      trouble.blamed >= parkAfterTries &&
      this.#health.succeededAt > trouble.firstTriedAt
    );
  }

  /** Moves the key of an event, and the later keys of its row, out of everybody's way. */
  #park(event: ChangeEvent): boolean {
    if (!this.#parked.hasRoom) return false;
    this.#parked.park(event.key);
    this.#setAside();
    return true;
  }

  /** Leaves what waits of parked keys to the spool. */
  #setAside(): void {
    const queued = this.#partitions.flatMap((partition) => partition.waiting());
    // In the order of commits, since one that changes a key tells which others belong to the row.
    const waiting = [...queued, ...this.#buffer].sort(byPosition);
    const taken = new Set(waiting.filter((event) => this.#parked.takes(event)));
    if (taken.size === 0) return;
    for (const partition of this.#partitions) partition.extract((event) => taken.has(event));
    this.#buffer.extract((event) => taken.has(event));
    this.#spoolApart([...taken]);
  }

  /** Of events that failed, those whose key was parked meanwhile go where their key is. */
  #retained(events: readonly ChangeEvent[]): readonly ChangeEvent[] {
    if (this.#parked.size === 0) return events;
    const taken = new Set(events.filter((event) => this.#parked.takes(event)));
    if (taken.size === 0) return events;
    this.#spoolApart([...taken]);
    return events.filter((event) => !taken.has(event));
  }

  #spoolApart(events: readonly ChangeEvent[]): void {
    const undurable = events.filter((event) => !this.#held.has(event));
    this.#release(events);
    if (undurable.length > 0) this.#writer.insert(undurable);
    if (this.#fences.remove(events)) for (const partition of this.#partitions) partition.wake();
  }

  async #alone(keys: ReadonlySet<string>): Promise<void> {
    const isOfRow = ({ key }: ChangeEvent) => keys.has(key);
    while (this.#partitions.some((partition) => partition.isTrying(isOfRow))) {
      this.#stop.signal.throwIfAborted();
      await atMost(100, this.#changed.next());
    }
    // What has arrived must not be read from the spool again.
    await this.#removals.flush();
  }

  #stuck(since: number): void {
    if (performance.now() - since < stuckFor || this.#mode === "spooling") return;
    this.#retreat();
  }

  /** Memory is full. A sink that takes events may empty it in a moment; for any other it is the spool. */
  #overflow(): void {
    if (this.#hold !== undefined) {
      if (this.#options.memory.isOver(2)) this.#retreat();
      return;
    }
    if (this.#health.isFailing(performance.now())) {
      this.#retreat();
      return;
    }
    this.#hold = this.#emptied().finally(() => {
      this.#hold = undefined;
    });
  }

  async #emptied(): Promise<void> {
    const deadline = performance.now() + holdFor;
    while (this.#mode !== "spooling" && this.#options.memory.isOver(enough)) {
      const left = deadline - performance.now();
      if (left <= 0) return this.#retreat();
      await atMost(left, this.#changed.next());
    }
  }

  async #writerHasRoom(): Promise<void> {
    while (this.#writer.bytes > 0 && this.#options.memory.isOver(enough)) {
      if (this.#stop.signal.aborted) return;
      await this.#writer.stored();
    }
  }

  /** Gives everything that is undelivered to the spool, and starts anew from there. */
  #retreat(): void {
    this.#mode = "spooling";
    const leaving = this.#partitions;
    const undurable = [...this.#buffer.extract(() => true)];
    for (const event of leaving.flatMap((partition) => partition.surrender())) {
      if (!this.#held.has(event)) undurable.push(event);
    }
    this.#held.releaseAll();
    this.#fences.clear();
    this.#partitions = this.#createPartitions();
    const idle = [...leaving.map((partition) => partition.idle()), this.#parked.clear()];
    const before = this.#left;
    const left = Promise.all([before, ...idle]).then(() => undefined);
    this.#left = left;
    if (undurable.length > 0) this.#writer.insert(undurable);
    this.#drain.look();
    this.#updateState();
    this.#changed.fire();
  }

  async #settleLeft(): Promise<void> {
    while (this.#left !== undefined) {
      const left = this.#left;
      await left;
      // What was delivered before must not be read from the spool again.
      await this.#removals.flush();
      const late = this.#late;
      this.#late = [];
      if (late.length > 0) {
        const stored = new Set(await this.#writer.withdraw(late));
        for (const event of late) if (!stored.has(event)) this.#options.memory.release(event.size);
        await this.#store.remove([...stored]);
      }
      if (left === this.#left) this.#left = undefined;
    }
  }

  /** Of the spool, in memory. */
  #pageBytes(): number {
    return Math.min(pageBytes, this.#options.memory.share() / 2);
  }

  async #pageHasRoom(): Promise<void> {
    const isFull = () => this.#held.size >= pageRows || this.#held.bytes >= this.#pageBytes();
    while (isFull() && !this.#stop.signal.aborted) await this.#changed.next();
  }

  async #caughtUp(rows: number): Promise<boolean> {
    if (this.#mode === "fast") return rows === 0;
    if (this.#mode === "spooling") {
      // Only a sink that takes what it is given is worth that events wait for it in memory.
      const isParked = (key: string) => this.#parked.has(key);
      if (!this.#history.hasBeyond(isParked)) {
        this.#mode = "joining";
        await this.#writer.flush();
      } else if (rows === 0) {
        if (this.#held.size === 0) this.#history.keepOnly(isParked);
        else await this.#changed.next();
      }
      return false;
    }
    if (rows > 0) return false;
    if (this.#held.size > 0) {
      await this.#changed.next();
      return false;
    }
    this.#mode = "fast";
    for (const event of this.#buffer.extract(() => true)) this.#push(event);
    if (this.#parked.size === 0) this.#store.forget();
    this.#updateState();
    this.#changed.fire();
    return true;
  }

  /** Of all events that the writer does not have, the earliest that is not durable. */
  #oldestOutside(): Position | undefined {
    const isHeld = (event: ChangeEvent) => this.#held.has(event);
    let oldest: Position | undefined = this.#buffer.peek();
    for (const partition of this.#partitions) oldest = earlier(oldest, partition.oldest(isHeld));
    return oldest;
  }

  /** Up to where everything is durable, if `oldest` is the first event that is not. */
  #acceptedBefore(oldest: Position | undefined): Position | undefined {
    if (oldest !== undefined) return justBefore(oldest);
    const { lsn, index } = this.#last;
    return this.#last === origin ? undefined : { lsn, index };
  }
}
