import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Test } from "../../../relay/registry/route.ts";
import { predicateOf } from "../../../relay/routing/condition.ts";
import { type Postgres, startPostgres } from "../../postgres.ts";
import { relationOf, tupleOf } from "./tuple.ts";

const relation = relationOf({ id: 23, value: 25 });
const holds = (tests: readonly Test[][], value: string | null | undefined, old?: string) =>
  predicateOf(tests, relation)(
    tupleOf(["1", value]),
    old === undefined ? undefined : tupleOf(["1", old]),
  );
const only = (op: Test["op"], compare: Test["compare"], ...values: string[]): Test[][] => [
  [{ column: "value", op, values, compare }],
];

/** Values that differ in what a careless comparison overlooks. */
const kinds: Record<string, { compare: Test["compare"]; type: string; values: string[] }> = {
  "whole numbers": {
    compare: "number",
    type: "bigint",
    values: ["0", "-1", "9", "10", "9007199254740993", "9007199254740992", "-9223372036854775808"],
  },
  "decimal numbers": {
    compare: "number",
    type: "numeric",
    values: [
      "0",
      "1.10",
      "1.1",
      "1.09",
      "-0.5",
      "1e30",
      "100000000000000000000.01",
      "NaN",
      "Infinity",
      "-Infinity",
    ],
  },
  dates: {
    compare: "instant",
    type: "date",
    values: [
      "2026-02-28",
      "2026-03-01",
      "0044-03-15 BC",
      "0001-01-01",
      "infinity",
      "-infinity",
      "9999-12-31",
      "300000-01-01",
      "5874897-12-31",
      "4713-01-01 BC",
      "2024-02-29",
      "1900-02-28",
    ],
  },
  instants: {
    compare: "instant",
    type: "timestamptz",
    values: [
      "2026-01-31 12:00:00.000001+00",
      "2026-01-31 12:00:00+00",
      "2026-01-31 13:00:00+01",
      "3000-01-01 00:00:00.000002+00",
      "3000-01-01 00:00:00.000001+00",
      "infinity",
      "294276-12-31 23:59:59.999999+00",
    ],
  },
};

describe("a condition is judged as Postgres would", () => {
  let postgres: Postgres;
  let client: pg.Client;
  beforeAll(async () => {
    postgres = await startPostgres(18);
    client = new pg.Client({
      connectionString: postgres.adminUrl,
      options: "-c datestyle=ISO -c timezone=UTC",
    });
    await client.connect();
  });
  afterAll(async () => {
    await client?.end();
    await postgres?.stop();
  });

  test.each(Object.entries(kinds))("of %s", async (_, { compare, type, values }) => {
    const operators = { eq: "=", ne: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const;
    const told = Object.values(operators).map((each) => `a ${each} b`);
    const { rows } = await client.query<string[]>({
      text: `select a::text, b::text, ${told.join(", ")}
             from unnest($1::${type}[]) a, unnest($1::${type}[]) b`,
      values: [values],
      rowMode: "array",
    });
    expect(rows).toHaveLength(values.length ** 2);
    for (const [a = "", b = "", ...verdicts] of rows) {
      const ours = Object.keys(operators).map((op) =>
        holds(only(op as keyof typeof operators, compare, b), a),
      );
      expect({ a, b, ours }).toEqual({ a, b, ours: verdicts });
    }
  });
});

test("a text equals itself alone", () => {
  expect(holds(only("eq", "text", "paid"), "paid")).toBe(true);
  expect(holds(only("eq", "text", "paid"), "Paid")).toBe(false);
  expect(holds(only("in", "text", "open", "paid"), "paid")).toBe(true);
});

test("NULL meets nothing but is_null", () => {
  expect(holds(only("ne", "text", "paid"), null)).toBe(false);
  expect(holds(only("is_null", "text"), null)).toBe(true);
  expect(holds(only("not_null", "text"), null)).toBe(false);
});

test("a value that was not sent is the one that the row had before", () => {
  expect(holds(only("eq", "text", "paid"), undefined, "paid")).toBe(true);
  expect(holds(only("eq", "text", "paid"), undefined)).toBe(false);
});

test("all of one alternative must hold", () => {
  const tests: Test[][] = [
    [
      { column: "id", op: "eq", values: ["2"], compare: "number" },
      { column: "value", op: "eq", values: ["paid"], compare: "text" },
    ],
    [{ column: "value", op: "eq", values: ["void"], compare: "text" }],
  ];
  expect(holds(tests, "paid")).toBe(false);
  expect(holds(tests, "void")).toBe(true);
});
