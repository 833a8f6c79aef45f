import { expect, test } from "vitest";
import type { Condition } from "../../../relay/registry/route.ts";
import { predicateOf } from "../../../relay/routing/condition.ts";
import { ConditionIndex } from "../../../relay/routing/condition-index.ts";
import { relationOf, tupleOf } from "./tuple.ts";

const relation = relationOf({ id: 23, status: 25, total: 1700 });
const eq = (column: string, compare: "text" | "number", ...values: string[]) =>
  ({ column, op: values.length === 1 ? "eq" : "in", values, compare }) as const;

const conditions: Record<string, Condition | undefined> = {
  all: undefined,
  "one id": [[eq("id", "number", "7")]],
  "some ids": [[eq("id", "number", "7", "8")]],
  paid: [[eq("status", "text", "paid")]],
  "paid and dear": [
    [
      eq("status", "text", "paid"),
      { column: "total", op: "gte", values: ["100"], compare: "number" },
    ],
  ],
  either: [[eq("id", "number", "7")], [eq("status", "text", "paid")]],
  "an equal amount": [[eq("total", "number", "100.0")]],
  "no status": [[{ column: "status", op: "is_null", values: [], compare: "text" }]],
  "a column that is gone": [[eq("gone", "text", "7")]],
};

test.each([
  ["7", "paid", "100"],
  ["7", null, "99.9"],
  ["8", "paid", "NaN"],
  ["9", "open", "100.00"],
])("a row %s, %s, %s finds each condition that it meets, once", (...row) => {
  const index = new ConditionIndex<string>(relation);
  for (const [name, condition] of Object.entries(conditions)) index.add(condition, name);
  const found: string[] = [];
  index.match(
    tupleOf(row),
    undefined,
    (name) => found.push(name),
    (name) => found.push(`${name} failed`),
  );
  const expected = Object.entries(conditions).flatMap(([name, condition]) =>
    condition === undefined || predicateOf(condition, relation)(tupleOf(row), undefined)
      ? [name]
      : [],
  );
  expect(found.sort()).toEqual(expected.sort());
});
