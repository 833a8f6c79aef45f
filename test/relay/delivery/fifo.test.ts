import { expect, test } from "vitest";
import { Fifo } from "../../../relay/delivery/fifo.ts";

test("a queue is first in, first out, whatever is done to it", () => {
  const queue = new Fifo<number>();
  const expected: number[] = [];
  let next = 0;
  // A fixed sequence that fills, empties and wraps around.
  for (let step = 0; step < 20_000; step++) {
    const kind = (step * 7919) % 10;
    const isFilling = Math.floor(step / 3_000) % 2 === 0;
    if (kind < (isFilling ? 8 : 2)) {
      queue.push(next);
      expected.push(next++);
    } else if (kind < 9 || step % 50 !== 0) {
      expect(queue.peek()).toBe(expected[0]);
      expect(queue.shift()).toBe(expected.shift());
    } else {
      const leaves = (item: number) => item % 3 === 0;
      expect(queue.extract(leaves)).toEqual(expected.filter(leaves));
      const left = expected.filter((item) => !leaves(item));
      expected.splice(0, expected.length, ...left);
    }
    expect(queue.length).toBe(expected.length);
  }
  expect([...queue]).toEqual(expected);
});
