import { expect, test } from "vitest";
import { formatLsn, parseLsn } from "../../../relay/stream/lsn.ts";

test.each([
  ["0/0", 0n],
  ["0/16B3748", 0x16b3748n],
  ["1/0", 1n << 32n],
  ["FFFFFFFF/FFFFFFFF", (1n << 64n) - 1n],
])("%s is written as Postgres does", (text, lsn) => {
  expect(formatLsn(lsn)).toBe(text);
  expect(parseLsn(text)).toBe(lsn);
});

test.each(["", "0", "0/", "0/0/0", "0/123456789", "x/1"])("%j is not an LSN", (text) => {
  expect(() => parseLsn(text)).toThrow(RangeError);
});
