import type { Condition, Test } from "../registry/route.ts";
import type { Relation, Tuple } from "../stream/change-handler.ts";
import { type Predicate, predicateOf, textAt } from "./condition.ts";

interface Entry<T> {
  readonly value: T;
  /** Undefined where nothing is left to be judged. */
  readonly predicate: Predicate | undefined;
}

/** Types whose text is the same whenever their values are equal, with integers of all sizes. */
const integers: ReadonlySet<number> = new Set([20, 21, 23, 26]);

/**
 * Finds those of many conditions that a row meets. A condition that needs a column to equal a value
 * is looked up by that value, so that a thousand subscribers of one row each cost little.
 */
export class ConditionIndex<T> {
  readonly #relation: Relation;
  readonly #always: T[] = [];
  readonly #scanned: Entry<T>[] = [];
  /** By column, then by the text that its value must have. */
  readonly #byValue = new Map<number, Map<string, Entry<T>[]>>();

  constructor(relation: Relation) {
    this.#relation = relation;
  }

  add(condition: Condition | undefined, value: T): void {
    if (condition === undefined) {
      this.#always.push(value);
      return;
    }
    const [only = []] = condition;
    const key = condition.length === 1 ? only.find((test) => this.#isKey(test)) : undefined;
    const isAll = key !== undefined && only.length === 1;
    const entry = { value, predicate: isAll ? undefined : this.#predicateOf(condition) };
    if (key === undefined) this.#scanned.push(entry);
    else this.#file(key, entry);
  }

  /**
   * Calls `found` with each value whose condition the row meets, and `failed` with each whose
   * condition throws. `fallback`: what `row` lacks.
   */
  match(
    row: Tuple,
    fallback: Tuple | undefined,
    found: (value: T) => void,
    failed: (value: T) => void,
  ): void {
    for (const value of this.#always) found(value);
    for (const entry of this.#scanned) {
      const holds = judge(entry.predicate, row, fallback);
      if (holds !== false) (holds ? found : failed)(entry.value);
    }
    // An iterator for nothing would cost a row without conditions more than all else here.
    if (this.#byValue.size === 0) return;
    for (const [column, byText] of this.#byValue) {
      const text = textAt(row, column, fallback);
      const entries = text === undefined ? undefined : byText.get(text);
      if (entries === undefined) continue;
      for (const entry of entries) {
        const holds = judge(entry.predicate, row, fallback);
        if (holds !== false) (holds ? found : failed)(entry.value);
      }
    }
  }

  /** One that cannot be compiled judges nothing. */
  #predicateOf(condition: Condition): Predicate {
    try {
      return predicateOf(condition, this.#relation);
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }

  #isKey({ op, compare, column }: Test): boolean {
    if (op !== "eq" && op !== "in") return false;
    const found = this.#relation.columns.find((each) => each.name === column);
    if (found === undefined) return false;
    return compare === "text" || (compare === "number" && integers.has(found.typeId));
  }

  #file(key: Test, entry: Entry<T>): void {
    const column = this.#relation.columns.findIndex((each) => each.name === key.column);
    const byText = this.#byValue.get(column) ?? new Map<string, Entry<T>[]>();
    this.#byValue.set(column, byText);
    for (const text of new Set(key.values)) {
      const entries = byText.get(text);
      if (entries === undefined) byText.set(text, [entry]);
      else entries.push(entry);
    }
  }
}

/** Whether the row meets it; undefined if that cannot be told. */
function judge(
  predicate: Predicate | undefined,
  row: Tuple,
  fallback: Tuple | undefined,
): boolean | undefined {
  if (predicate === undefined) return true;
  try {
    return predicate(row, fallback);
  } catch {
    return undefined;
  }
}
