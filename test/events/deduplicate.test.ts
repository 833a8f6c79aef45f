import { expect, test } from "vitest";
import { compareEvents, deduplicate, RecentIds } from "../../events/index.ts";

const event = (id: string, source = "/integratedb/shop") => ({ id, source });

test("an event that comes again is not handled again", async () => {
  const once = deduplicate();
  const handled: string[] = [];
  const handle = ({ id }: { id: string }) => handled.push(id);
  expect(await once(event("0/1:0"), handle)).toBe(true);
  expect(await once(event("0/1:0"), handle)).toBe(false);
  expect(await once(event("0/1:1"), handle)).toBe(true);
  expect(await once(event("0/1:0", "/integratedb/other"), handle)).toBe(true);
  expect(handled).toEqual(["0/1:0", "0/1:1", "0/1:0"]);
});

test("an event whose handler failed is handled when it comes again", async () => {
  const once = deduplicate();
  const fail = async () => {
    throw new Error("no disk");
  };
  await expect(once(event("0/1:0"), fail)).rejects.toThrow("no disk");
  expect(await once(event("0/1:0"), () => undefined)).toBe(true);
});

test("of copies that arrive at once one is handled, the next if that fails", async () => {
  const once = deduplicate();
  let tries = 0;
  const failFirst = async () => {
    tries++;
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (tries === 1) throw new Error("not now");
  };
  const results = await Promise.allSettled([1, 2, 3].map(() => once(event("0/1:0"), failFirst)));
  expect(
    results.map((result) => (result.status === "fulfilled" ? result.value : "failed")),
  ).toEqual(["failed", true, false]);
  expect(tries).toBe(2);
});

test("memory is bounded: the oldest ids are forgotten", async () => {
  const store = new RecentIds(2);
  const once = deduplicate(store);
  for (const id of ["a", "b", "c"]) await once(event(id), () => undefined);
  expect(store.has("/integratedb/shop a")).toBe(false);
  expect(store.has("/integratedb/shop c")).toBe(true);
});

test("a durable store is asked and told", async () => {
  const rows = new Set(["/integratedb/shop 0/1:0"]);
  const once = deduplicate({
    has: async (id) => rows.has(id),
    add: async (id) => void rows.add(id),
  });
  expect(await once(event("0/1:0"), () => undefined)).toBe(false);
  expect(await once(event("0/1:1"), () => undefined)).toBe(true);
  expect(rows.has("/integratedb/shop 0/1:1")).toBe(true);
});

test("events sort as they were committed", () => {
  const sequences = [
    "0000000100000000:0000000000",
    "00000000FFFFFFFF:0000000010",
    "00000000FFFFFFFF:0000000009",
  ];
  const events = sequences.map((sequence) => ({ sequence }));
  expect(events.toSorted(compareEvents).map(({ sequence }) => sequence)).toEqual(
    sequences.toReversed(),
  );
  expect(compareEvents({ sequence: "a" }, { sequence: "a" })).toBe(0);
});
