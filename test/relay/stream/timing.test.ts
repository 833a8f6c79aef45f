import { describe, expect, test } from "vitest";
import { Heartbeat } from "../../../relay/stream/heartbeat.ts";
import { waitBefore } from "../../../relay/stream/keep-reading.ts";
import { ReadPacing } from "../../../relay/stream/read-pacing.ts";

describe("the heartbeat", () => {
  const heartbeat = new Heartbeat(60_000);

  test("tells what is new within a second", () => {
    expect(heartbeat.interval).toBeLessThanOrEqual(1000);
    expect(heartbeat.beat(1, 1, true)).toBe("status");
    expect(heartbeat.beat(1, 1, false)).toBe("nothing");
  });

  test("tells that we are there before three quarters of the time-out have passed", () => {
    for (const timeout of [500, 60_000, 600_000]) {
      const { interval } = new Heartbeat(timeout);
      expect(new Heartbeat(timeout).beat(timeout * 0.75 - interval, 0, false)).toBe("status");
    }
  });

  test("asks a server that is silent, and gives it up after twice the time-out", () => {
    expect(heartbeat.beat(20_000, 31_000, false)).toBe("ask");
    expect(heartbeat.beat(1, 119_000, false)).toBe("nothing");
    expect(heartbeat.beat(1, 121_000, false)).toBe("give-up");
  });

  test("takes a minute where the server waits for ever", () => {
    expect(new Heartbeat(0).beat(46_000, 0, false)).toBe("status");
  });
});

describe("reading", () => {
  test("goes on at once while little comes", () => {
    const pacing = new ReadPacing();
    for (let now = 0; now < 1000; now += 2) expect(pacing.restAfter(250, true, now)).toBe(0);
  });

  test("rests while much comes, for longer and longer, and for 10 ms at most", () => {
    const pacing = new ReadPacing();
    let now = 1000;
    const rests = Array.from({ length: 6 }, () => {
      const rest = pacing.restAfter(100_000, true, now);
      now += rest + 1;
      return rest;
    });
    expect(rests).toEqual([1, 2, 4, 8, 10, 10]);
  });

  test("does not rest while something is left to be read", () => {
    expect(new ReadPacing().restAfter(1_000_000, false, 1000)).toBe(0);
  });

  test("is there at once again when less comes", () => {
    const pacing = new ReadPacing();
    pacing.restAfter(100_000, true, 1000);
    expect(pacing.restAfter(250, true, 1100)).toBe(0);
    expect(pacing.restAfter(250, true, 1102)).toBe(0);
  });
});

test("tries come further and further apart, up to half a minute", () => {
  expect([1, 2, 3, 4].map((failures) => waitBefore(failures, 0))).toEqual([250, 500, 1000, 2000]);
  expect(waitBefore(30, 0)).toBe(30_000);
  expect(waitBefore(30, 1)).toBe(15_000);
});
