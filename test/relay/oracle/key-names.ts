import type { Event } from "./arrivals.ts";
import { keyOf, type Row, table } from "./shop.ts";

/** Which key of which table each opaque partition key is, learnt from events that tell both. */
export class KeyNames {
  readonly problems: string[] = [];
  readonly #names = new Map<string, string>();
  readonly #partitions = new Map<string, string>();

  learn(event: Event): void {
    const name = keyTold(event);
    if (name === undefined) return;
    const { partitionkey } = event;
    const [known, place] = [this.#names.get(partitionkey), this.#partitions.get(name)];
    if ((known ?? name) !== name || (place ?? partitionkey) !== partitionkey) {
      this.problems.push(`the key ${name} has the partition keys ${place} and ${partitionkey}`);
    }
    this.#names.set(partitionkey, name);
    this.#partitions.set(name, partitionkey);
  }

  partitionOf(name: string): string | undefined {
    return this.#partitions.get(name);
  }

  /** As `orders/12`; rows without a key are told apart by their marker. */
  groupOf(event: Event): string {
    const name = tableOf(event);
    if (event.type === "integratedb.table.truncated") return `${name} as a whole`;
    if (table(name).key.length === 0) {
      return `${name} of marker ${(event.data["new"] as Row | undefined)?.["marker"]}`;
    }
    return this.#names.get(event.partitionkey) ?? `${name}/?${event.partitionkey}`;
  }
}

function tableOf({ data }: Event): string {
  return (data["table"] as { readonly name: string }).name;
}

/** The key by which an event is ordered: of an update that changes the key, the one before. */
function keyTold({ data, type, subject }: Event): string | undefined {
  const shape = table(tableOf({ data } as Event));
  if (type === "integratedb.table.truncated" || shape.key.length === 0) return undefined;
  if (!subject.includes("/")) return undefined;
  const row = (type === "integratedb.row.inserted" ? data["new"] : data["old"]) ?? data["new"];
  return `${shape.name}/${keyOf(shape, row as Row)}`;
}

/** The partition key of the key that an update gives its row, where the event tells it. */
export function movedTo(event: Event, names: KeyNames): string | undefined {
  const { data, subject, type } = event;
  const shape = table(tableOf(event));
  if (type !== "integratedb.row.updated" || !subject.includes("/")) return undefined;
  const partition = names.partitionOf(`${shape.name}/${keyOf(shape, data["new"] as Row)}`);
  return partition === event.partitionkey ? undefined : partition;
}
