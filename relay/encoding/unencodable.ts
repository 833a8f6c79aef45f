import type { Relation, Transaction, Tuple } from "../stream/change-handler.ts";
import type { ChangeEvent } from "./change-event.ts";
import { EncodedEvent } from "./encoded-event.ts";
import { dataStart, subjectStart, typeOf } from "./envelope.ts";
import { keyColumnsOf, orderingKeyOf } from "./ordering-key.ts";
import type { RowEncoderOptions } from "./row-encoder.ts";
import { encodedColumnsOf, RowObject } from "./row-object.ts";
import { tableSubject, writeKeySubject } from "./subject.ts";

/** A change as it was to be encoded. */
interface Change {
  readonly transaction: Transaction;
  readonly index: number;
  readonly old: Tuple | undefined;
  readonly row: Tuple | undefined;
}

const type = typeOf("unencodable");
const noRow: Tuple = {
  bytes: Buffer.alloc(0),
  starts: new Int32Array(0),
  lengths: new Int32Array(0),
  count: 0,
  size: 0,
};

/** Whether an event only stands for a change that could not be made one: it is never delivered. */
export function isUnencodable(event: ChangeEvent): boolean {
  return event.type === type;
}

/** Why there is no event, with its code. */
export function problemOf({ data }: ChangeEvent): string {
  const { problem }: { problem?: unknown } = JSON.parse(data);
  return String(problem);
}

/**
 * Makes what stands for a change of a table that cannot be made an event: where it is in the stream,
 * the table, the key if that can be read and be shown, and what went wrong. Never a value: the
 * message of an error may hold one, its name does not.
 */
export class Unencodable {
  readonly #relation: Relation;
  readonly #names: readonly string[];
  readonly #options: RowEncoderOptions;

  /** @param names of the columns that the receivers may read */
  constructor(relation: Relation, names: readonly string[], options: RowEncoderOptions) {
    this.#relation = relation;
    this.#names = names;
    this.#options = options;
  }

  /** @param error what came instead of an event */
  event(change: Change, error: unknown): ChangeEvent {
    const { transaction, index } = change;
    const { schema, name } = this.#relation;
    const problem = `IDB4106 the change of ${schema}.${name} could not be made an event: ${this.#whatFailed(change, error)}`;
    const key = this.#keyOf(change);
    const subject = this.#subjectOf(change);
    const { envelope } = this.#options;
    const fixed = Buffer.from(envelope.fixedAttributes("unencodable"));
    envelope.begin(transaction, index, fixed, key, subjectStart(subject));
    const members = { table: { schema, name }, problem };
    const attributesEnd = envelope.beginData(dataStart(`${JSON.stringify(members).slice(1, -1)},`));
    const json = envelope.end(transaction, index);
    const { commitLsn: lsn, committedAt } = transaction;
    return new EncodedEvent({ lsn, index, type, key, committedAt, json, attributesEnd });
  }

  #whatFailed({ row, old }: Change, error: unknown): string {
    const kind = error instanceof Error ? error.name : "an error";
    const failing = [row, old].flatMap((tuple) => (tuple ? this.#failingColumns(tuple) : []));
    const columns = [...new Set(failing)].join(", ");
    return columns === "" ? kind : `${kind} in ${columns}`;
  }

  /** Those that fail by themselves. */
  #failingColumns(row: Tuple): string[] {
    const { envelope, types } = this.#options;
    const object = new RowObject(envelope.writer);
    return this.#names.filter((name) => {
      const write = () => {
        envelope.writer.start();
        object.write(row, encodedColumnsOf(this.#relation, [name], types));
        return false;
      };
      return or(true, write);
    });
  }

  #keyOf({ row, old }: Change): string {
    const { envelope } = this.#options;
    const ofTable = () => orderingKeyOf(this.#relation, [], envelope.keySecret)(noRow);
    const first = old ?? row;
    if (first === undefined) return ofTable();
    const ofRow = () => orderingKeyOf(this.#relation, this.#key(), envelope.keySecret)(first, row);
    return or(undefined, ofRow) ?? ofTable();
  }

  #subjectOf({ row, old }: Change): string {
    const table = tableSubject(this.#relation);
    const tuple = row ?? old;
    const readable = new Set(this.#names);
    const key = or([], () => this.#key());
    const isReadable = key.every((place) =>
      readable.has(this.#relation.columns[place]?.name ?? ""),
    );
    if (tuple === undefined || !isReadable) return table;
    const { writer } = this.#options.envelope;
    return or(table, () => {
      writer.start();
      writeKeySubject(writer, tuple, key, old);
      return table + writer.toBinary();
    });
  }

  #key(): number[] {
    return keyColumnsOf(this.#relation, this.#options.primaryKey ?? []);
  }
}

function or<T>(fallback: T, make: () => T): T {
  try {
    return make();
  } catch {
    return fallback;
  }
}
