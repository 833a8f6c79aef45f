import { isDeepStrictEqual } from "node:util";
import type { Event } from "./arrivals.ts";
import { type Told, toldOf } from "./expectation.ts";
import type { KeyNames } from "./key-names.ts";
import type { CommitLog, Committed } from "./log.ts";
import { byPosition, positionOf } from "./position.ts";
import { keyOf, type Row, table } from "./shop.ts";

interface Expected {
  readonly change: Committed;
  readonly told: Told;
}

/** Reads the log against what came. */
export class Verdict {
  readonly problems: string[] = [];
  readonly #log: CommitLog;
  readonly #names: KeyNames;
  /** Where each change stands in the stream, about which all channels have to agree. */
  readonly #ids = new Map<Committed, string>();
  readonly #lsns = new Map<string, bigint>();

  constructor(log: CommitLog, names: KeyNames) {
    this.#log = log;
    this.#names = names;
  }

  /** What a channel is to be told, by key, in order. */
  expectations(channel: string): Map<string, Expected[]> {
    const expected = this.#log.changes.flatMap((change) =>
      change.routes
        .filter((route) => route.channel === channel)
        .flatMap((route) => toldOf(route, change) ?? [])
        .map((told) => ({ change, told })),
    );
    return Map.groupBy(expected, groupOf);
  }

  /** @param events that came, each once */
  judge(channel: string, events: readonly Event[]): void {
    const expected = this.expectations(channel);
    const actual = Map.groupBy(events, (event) => this.#names.groupOf(event));
    for (const group of new Set([...expected.keys(), ...actual.keys()])) {
      const found = (actual.get(group) ?? []).toSorted(byPosition);
      this.#compare(`${channel}, ${group}`, expected.get(group) ?? [], found);
    }
  }

  #compare(place: string, expected: readonly Expected[], found: readonly Event[]): void {
    for (let at = 0; at < Math.max(expected.length, found.length); at++) {
      const [wanted, event] = [expected[at], found[at]];
      if (wanted && event && isDeepStrictEqual(sorted(wanted.told), sorted(tellingOf(event)))) {
        this.#place(place, wanted.change, event);
        continue;
      }
      this.problems.push(
        [
          `${place}: event ${at} of ${expected.length} expected, ${found.length} found`,
          ...expected
            .slice(Math.max(0, at - 1), at + 2)
            .map(({ told }) => `  expected ${brief(told)}`),
          ...found
            .slice(Math.max(0, at - 1), at + 2)
            .map((each) => `  found    ${each.id} ${brief(tellingOf(each))}`),
        ].join("\n"),
      );
      return;
    }
  }

  #place(place: string, change: Committed, event: Event): void {
    const known = this.#ids.get(change) ?? event.id;
    this.#ids.set(change, event.id);
    if (known !== event.id) {
      this.problems.push(`${place}: the same change is ${event.id} and, elsewhere, ${known}`);
    }
    const { lsn } = positionOf(event);
    const commit = this.#lsns.get(change.xid) ?? lsn;
    this.#lsns.set(change.xid, lsn);
    if (commit !== lsn) this.problems.push(`${place}: transaction ${change.xid} has two commits`);
  }
}

function groupOf({ change, told }: Expected): string {
  const shape = table(change.table);
  if (change.kind === "TRUNCATE") return `${shape.name} as a whole`;
  if (shape.key.length === 0) return `${shape.name} of marker ${change.after?.["marker"]}`;
  return `${shape.name}/${keyOf(shape, orderedBy(change, told) ?? {})}`;
}

/** An update that changes the key is ordered by the one before, unless it arrives as an insert. */
function orderedBy({ before, after }: Committed, { type }: Told): Row | undefined {
  return type === "integratedb.row.inserted" ? after : (before ?? after);
}

function tellingOf({ type, subject, data }: Event): Told {
  const { new: row, old, changed, unchanged, xid } = data as unknown as Told;
  return {
    type,
    subject,
    xid: String(xid),
    ...(row !== undefined && { new: row }),
    ...(old !== undefined && { old }),
    ...(changed !== undefined && { changed }),
    ...(unchanged !== undefined && { unchanged }),
  };
}

/** Names are sets. */
function sorted(told: Told): Told {
  return {
    ...told,
    ...(told.changed && { changed: told.changed.toSorted() }),
    ...(told.unchanged && { unchanged: told.unchanged.toSorted() }),
  };
}

function brief(told: Told): string {
  return JSON.stringify(told, (_, value) =>
    typeof value === "string" && value.length > 60 ? `${value.slice(0, 8)}…${value.length}` : value,
  );
}
