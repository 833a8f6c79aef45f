import { expect, test } from "vitest";
import { counted, printable, table } from "../../cli/terminal.ts";

test("names cannot move the cursor or break the line", () => {
  expect(printable("a\u001b[31mb\nc\u202ed")).toBe("a\\u{1b}[31mb\\u{a}c\\u{202e}d");
});

test("names of other scripts stay as they are", () => {
  expect(printable("заказы ünïcode 注文")).toBe("заказы ünïcode 注文");
});

test("a table has no borders and no trailing blanks", () => {
  const lines = table(["PATH", "COLUMN"], [["public.orders", "id"]]).split("\n");
  expect(lines).toEqual(["PATH           COLUMN", "public.orders  id"]);
});

test("a hostile name stays in its row", () => {
  expect(table(["PATH"], [["a\nb"]]).split("\n")).toHaveLength(2);
});

test("wide characters and combining marks take the room that a terminal gives them", () => {
  const lines = table(
    ["A", "B"],
    [
      ["注文", "x"],
      ["e\u0301", "y"],
    ],
  ).split("\n");
  expect(lines).toEqual(["A     B", "注文  x", "e\u0301     y"]);
});

test("100,000 rows are a table like any other", () => {
  const rows = Array.from({ length: 100_000 }, (_, number) => [`t${number}`, "integer"]);
  const started = performance.now();
  expect(table(["PATH", "SHAPE"], rows).split("\n")).toHaveLength(100_001);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test("one thing is not two", () => {
  expect([counted(1, "claim"), counted(2, "claim")]).toEqual(["1 claim", "2 claims"]);
});
