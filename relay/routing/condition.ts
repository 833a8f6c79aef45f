import type { Condition, Test } from "../registry/route.ts";
import type { Relation, Tuple } from "../stream/change-handler.ts";
import { compareNumbers, instantOf, numberOf } from "./ordering.ts";

/** Whether a row meets a condition. `fallback` has the values that were not sent in `row`. */
export type Predicate = (row: Tuple, fallback: Tuple | undefined) => boolean;

/** Compiles a condition for rows of a table. A column that is not there meets nothing. */
export function predicateOf(condition: Condition, relation: Relation): Predicate {
  const alternatives = condition.map((tests) => tests.map((test) => testOf(test, relation)));
  return (row, fallback) =>
    alternatives.some((tests) => tests.every((test) => test(row, fallback)));
}

function testOf(test: Test, relation: Relation): Predicate {
  const column = relation.columns.findIndex((each) => each.name === test.column);
  if (column === -1) return () => false;
  if (test.op === "is_null") return (row, old) => textAt(row, column, old) === undefined;
  if (test.op === "not_null") return (row, old) => textAt(row, column, old) !== undefined;
  const holds = comparison(test.op, orderBy(test));
  return (row, fallback) => {
    const text = textAt(row, column, fallback);
    return text !== undefined && holds(text);
  };
}

type Comparison = Exclude<Test["op"], "is_null" | "not_null">;

/** How a value stands to each of those that the test names: below zero, zero or above. */
function orderBy(test: Test): (text: string) => readonly number[] {
  switch (test.compare) {
    case "text":
      return (text) => test.values.map((wanted) => (wanted === text ? 0 : 1));
    case "number": {
      const wanted = test.values.map(numberOf);
      return (text) => wanted.map((each) => compareNumbers(numberOf(text), each));
    }
    case "instant": {
      const wanted = test.values.map(instantOf);
      return (text) => wanted.map((each) => compareNumbers(instantOf(text), each));
    }
  }
}

function comparison(op: Comparison, order: (text: string) => readonly number[]) {
  const first = (text: string) => order(text)[0] ?? Number.NaN;
  const holds: Record<Comparison, (text: string) => boolean> = {
    eq: (text) => first(text) === 0,
    ne: (text) => first(text) !== 0,
    lt: (text) => first(text) < 0,
    lte: (text) => first(text) <= 0,
    gt: (text) => first(text) > 0,
    gte: (text) => first(text) >= 0,
    in: (text) => order(text).includes(0),
  };
  return holds[op];
}

/** The value of a column as text; undefined for NULL, and for what was sent nowhere. */
export function textAt(row: Tuple, column: number, fallback?: Tuple): string | undefined {
  const length = row.lengths[column] ?? -1;
  if (length === -2) return fallback === undefined ? undefined : textAt(fallback, column);
  if (length < 0) return undefined;
  const start = row.starts[column] ?? 0;
  return row.bytes.toString("utf8", start, start + length);
}
