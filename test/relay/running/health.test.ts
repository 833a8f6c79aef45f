import { expect, test } from "vitest";
import { Health, type Progress } from "../../../relay/running/health.ts";

/** A health whose clock the test moves; seconds. */
function watched() {
  let now = 0;
  const health = new Health(60, () => now * 1000);
  const after = (
    seconds: number,
    phase: Progress["phase"],
    serverLsn: bigint,
    confirmedLsn: bigint,
  ) => {
    now += seconds;
    health.report({ phase, serverLsn, confirmedLsn });
    return health.state();
  };
  return { health, after };
}

test("a relay that has not begun is not ready", () => {
  expect(new Health(60).state()).toEqual({ ready: false, reason: "starting" });
});

test("a relay that is behind and moves is ready", () => {
  const { after } = watched();
  after(0, "reading", 100n, 1n);
  after(50, "reading", 200n, 2n);
  expect(after(50, "reading", 300n, 3n).ready).toBe(true);
});

test("a relay on a quiet database is ready for ever", () => {
  const { after } = watched();
  after(0, "reading", 100n, 100n);
  expect(after(10_000, "reading", 100n, 100n).ready).toBe(true);
});

test("a relay that stands still while WAL grows is not ready, and says by how much it is behind", () => {
  const { after } = watched();
  after(0, "reading", 100n, 100n);
  expect(after(60, "reading", 500n, 100n).ready).toBe(true);
  expect(after(1, "reading", 900n, 100n)).toEqual({
    ready: false,
    reason: "reading, no progress for 61 s, 800 bytes of WAL behind",
  });
});

test("a short loss of the connection does not make it unready, a long one does", () => {
  const { after } = watched();
  after(0, "reading", 100n, 100n);
  expect(after(30, "reconnecting", 100n, 100n).ready).toBe(true);
  expect(after(31, "reconnecting", 100n, 100n).ready).toBe(false);
});

test("a relay that waits for another is ready", () => {
  const { after } = watched();
  expect(after(0, "waiting", 0n, 0n)).toEqual({ ready: true, reason: "waiting" });
});

test("an alarm makes it unready until it is over", () => {
  const { health, after } = watched();
  after(0, "reading", 1n, 1n);
  health.alarm("IDB4105 the spool is full");
  expect(health.state()).toEqual({ ready: false, reason: "IDB4105 the spool is full" });
  health.alarm(undefined);
  expect(health.state().ready).toBe(true);
});
