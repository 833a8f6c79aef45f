import { expect, test } from "vitest";
import { Acknowledgement } from "../../../relay/delivery/acknowledgement.ts";

function lanes(...oldest: (bigint | undefined)[]) {
  const state = oldest.slice();
  return { state, all: () => state.map((lsn) => ({ oldestUndurable: () => lsn })) };
}

test("nothing is durable before a transaction was handed on in full", () => {
  expect(new Acknowledgement(lanes(undefined).all).durable()).toBe(0n);
});

test("with nothing under way, the end of the last transaction is", () => {
  const acknowledgement = new Acknowledgement(lanes(undefined, undefined).all);
  acknowledgement.committed(10n, 18n);
  acknowledgement.committed(18n, 30n);
  expect(acknowledgement.durable()).toBe(30n);
});

test("a transaction of which any lane has an event under way is not, nor is what comes later", () => {
  const { state, all } = lanes(undefined, 18n);
  const acknowledgement = new Acknowledgement(all);
  for (const [commit, end] of [
    [10n, 18n],
    [18n, 30n],
    [30n, 41n],
  ] as const) {
    acknowledgement.committed(commit, end);
  }
  expect(acknowledgement.durable()).toBe(18n);
  state[1] = 30n;
  expect(acknowledgement.durable()).toBe(30n);
  state[1] = undefined;
  expect(acknowledgement.durable()).toBe(41n);
});

test("two transactions whose records are adjacent are told apart exactly", () => {
  const { state, all } = lanes(20n);
  const acknowledgement = new Acknowledgement(all);
  acknowledgement.committed(10n, 20n);
  acknowledgement.committed(20n, 30n);
  expect(acknowledgement.durable()).toBe(20n);
  state[0] = 10n;
  expect(acknowledgement.durable()).toBe(20n);
});
