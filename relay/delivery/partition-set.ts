import type { ChangeEvent } from "../encoding/change-event.ts";
import { Fences } from "./fences.ts";
import { earlier, partitionOf } from "./order.ts";
import { Partition, type PartitionHost } from "./partition.ts";

/** The partitions of a channel: events of one key, or of one row whose key changes, stay in order. */
export class PartitionSet {
  readonly #partitions: readonly Partition[];
  readonly #fences = new Fences(
    (key) => this.#partitionOf(key),
    () => this.#partitions.flatMap((partition) => partition.pending()),
  );

  /** @param host what the partitions need, but for what concerns their order among each other */
  constructor(host: Omit<PartitionHost, "isFenced">) {
    const isFenced = (event: ChangeEvent, by: Partition | undefined) =>
      this.#fences.holds(event, by);
    this.#partitions = Array.from(
      { length: host.channel.partitions },
      () => new Partition({ ...host, isFenced }),
    );
  }

  push(event: ChangeEvent): void {
    this.#fences.add(event);
    this.#partitionOf(event.key).push(event);
  }

  /** Events are delivered or given up, or somewhere else: nothing here waits for them any more. */
  forget(events: readonly ChangeEvent[]): void {
    if (this.#fences.remove(events)) this.wake();
  }

  /** Goes on, where it waits. */
  wake(): void {
    for (const partition of this.#partitions) partition.wake();
  }

  /** The earliest event that has neither arrived nor passes the test. */
  oldest(isDurable: (event: ChangeEvent) => boolean): ChangeEvent | undefined {
    let oldest: ChangeEvent | undefined;
    for (const partition of this.#partitions) oldest = earlier(oldest, partition.oldest(isDurable));
    return oldest;
  }

  /** What is not under way. */
  waiting(): ChangeEvent[] {
    return this.#partitions.flatMap((partition) => partition.waiting());
  }

  /** Takes events away that are not under way. */
  extract(leaves: (event: ChangeEvent) => boolean): void {
    for (const partition of this.#partitions) partition.extract(leaves);
  }

  /** Whether an event that passes the test is under way. */
  isTrying(passes: (event: ChangeEvent) => boolean): boolean {
    return this.#partitions.some((partition) => partition.isTrying(passes));
  }

  /** Gives all back that has not arrived, also what is under way, whose try goes on. */
  surrender(): ChangeEvent[] {
    return this.#partitions.flatMap((partition) => partition.surrender());
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#partitions.map((partition) => partition.idle()));
  }

  #partitionOf(key: string): Partition {
    const partition = this.#partitions[partitionOf(key, this.#partitions.length)];
    if (partition === undefined) throw new RangeError("a channel needs a partition");
    return partition;
  }
}
