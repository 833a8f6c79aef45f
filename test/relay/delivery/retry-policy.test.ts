import { expect, test } from "vitest";
import {
  backOff,
  isGivenUp,
  sizeAfterFailure,
  waitBeforeRetry,
} from "../../../relay/delivery/retry-policy.ts";

test("the bound of the wait doubles with each failure, up to half a minute", () => {
  expect([1, 2, 3, 4].map((failures) => backOff(failures, 1))).toEqual([100, 200, 400, 800]);
  expect([9, 10, 100, 10_000].map((failures) => backOff(failures, 1))).toEqual([
    25_600, 30_000, 30_000, 30_000,
  ]);
});

test("the wait is anything up to its bound, so that many lanes do not come back at once", () => {
  expect(backOff(4, 0)).toBe(0);
  expect(backOff(4, 0.25)).toBe(200);
});

test.each([
  ["is waited for", 5_000, 5_000],
  ["does not shorten the wait", 10, 400],
  ["is not longer than ten minutes", 86_400_000, 600_000],
  ["cannot lie in the past", -5_000, 400],
])("what the receiver asks for %s", (_, retryAfter, expected) => {
  expect(waitBeforeRetry(3, 1, retryAfter)).toBe(expected);
});

test("an event is given up when its tries have taken so long, whatever the clock on the wall says", () => {
  expect(isGivenUp(1_000, 60_999, 60_000)).toBe(false);
  expect(isGivenUp(1_000, 61_000, 60_000)).toBe(true);
});

test("the second failure of a batch is answered by smaller ones, down to single events", () => {
  expect(sizeAfterFailure(200, 1)).toBe(200);
  expect(sizeAfterFailure(200, 2)).toBe(25);
  expect(sizeAfterFailure(25, 3)).toBe(3);
  expect(sizeAfterFailure(3, 4)).toBe(1);
  expect(sizeAfterFailure(1, 5)).toBe(1);
});
