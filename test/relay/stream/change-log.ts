import type {
  ChangeHandler,
  Relation,
  Transaction,
  Tuple,
} from "../../../relay/stream/change-handler.ts";
import { formatLsn } from "../../../relay/stream/lsn.ts";

/** What one change was, for people: `insert public.orders id=1 note=NULL`. */
export interface LoggedChange {
  /** `<commit LSN>:<index>`. */
  readonly id: string;
  readonly text: string;
}

/** A handler that writes down what it is given, and takes all of it for durable. */
export class ChangeLog implements ChangeHandler {
  readonly changes: LoggedChange[] = [];
  readonly transactions: Transaction[] = [];
  /** Where each of the transactions ended. */
  readonly ends: bigint[] = [];
  /** End of the last transaction. */
  confirmed = 0n;
  onBegin: () => void = () => undefined;
  #lsn = "";
  #pending: LoggedChange[] = [];

  get texts(): string[] {
    return this.changes.map(({ text }) => text);
  }

  begin(transaction: Transaction): void {
    this.onBegin();
    this.#pending = [];
    this.transactions.push(transaction);
    this.#lsn = formatLsn(transaction.commitLsn);
  }

  insert(relation: Relation, row: Tuple, index: number): void {
    this.#note(index, `insert ${nameOf(relation)} ${textOf(relation, row)}`);
  }

  update(relation: Relation, old: Tuple | undefined, row: Tuple, index: number): void {
    const before = old ? `${textOf(relation, old)} -> ` : "";
    this.#note(index, `update ${nameOf(relation)} ${before}${textOf(relation, row)}`);
  }

  delete(relation: Relation, old: Tuple, index: number): void {
    this.#note(index, `delete ${nameOf(relation)} ${textOf(relation, old)}`);
  }

  truncate(relations: readonly Relation[], index: number): void {
    this.#note(index, `truncate ${relations.map(nameOf).join(", ")}`);
  }

  commit(endLsn: bigint): void {
    this.changes.push(...this.#pending);
    this.#pending = [];
    this.ends.push(endLsn);
    this.confirmed = endLsn;
  }

  #note(index: number, text: string): void {
    this.#pending.push({ id: `${this.#lsn}:${index}`, text });
  }
}

function nameOf({ schema, name }: Relation): string {
  return `${schema}.${name}`;
}

function textOf({ columns }: Relation, tuple: Tuple): string {
  return columns.map(({ name }, column) => `${name}=${columnText(tuple, column)}`).join(" ");
}

/** A value as text, long ones by their length. */
function columnText({ bytes, starts, lengths }: Tuple, column: number): string {
  const start = starts[column] as number;
  const length = lengths[column] as number;
  if (length === -1) return "NULL";
  if (length === -2) return "UNCHANGED";
  if (length > 200) return `<${length} bytes>`;
  return bytes.toString("utf8", start, start + length);
}
