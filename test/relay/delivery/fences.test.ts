import { expect, test } from "vitest";
import { Fences } from "../../../relay/delivery/fences.ts";
import type { ChangeEvent } from "../../../relay/encoding/change-event.ts";
import { changeEvent } from "./change-events.ts";

/** Fences that know of what was added. */
function open(placeOf = (key: string) => key) {
  const pending = new Set<ChangeEvent>();
  const fences = new Fences(placeOf, () => pending);
  return {
    add: (event: ChangeEvent) => {
      fences.add(event);
      pending.add(event);
    },
    remove: (events: readonly ChangeEvent[]) => {
      for (const event of events) pending.delete(event);
      return fences.remove(events);
    },
    holds: (event: ChangeEvent, place: string | undefined) => fences.holds(event, place),
  };
}

const move = { ...changeEvent({ lsn: 5n, key: "old" }), keyAfter: "new" };
const [before, after] = [
  changeEvent({ lsn: 4n, key: "new" }),
  changeEvent({ lsn: 6n, key: "new" }),
];

test("a change of key waits for what is under way of the new key, and what comes of it later waits for the change", () => {
  const fences = open();
  for (const event of [before, move, after]) fences.add(event);
  const held = () => [before, move, after].map((event) => fences.holds(event, event.key));
  expect(held()).toEqual([false, true, true]);
  expect(fences.remove([before])).toBe(true);
  expect(held()).toEqual([false, false, true]);
  expect(fences.remove([move])).toBe(true);
  expect(held()).toEqual([false, false, false]);
});

test("two rows get the same key one after the other", () => {
  const fences = open();
  const next = { ...changeEvent({ lsn: 7n, key: "other" }), keyAfter: "new" };
  for (const event of [move, next]) fences.add(event);
  expect([move, next].map((event) => fences.holds(event, event.key))).toEqual([false, true]);
});

test("where the order is kept anyway nothing waits, unless it is to be taken out of turn", () => {
  const fences = open(() => "here");
  for (const event of [before, move, after]) fences.add(event);
  expect([move, after].map((event) => fences.holds(event, "here"))).toEqual([false, false]);
  expect([move, after].map((event) => fences.holds(event, undefined))).toEqual([true, true]);
});

test("an old change of key that comes again holds up nothing that was there before it", () => {
  const fences = open();
  for (const event of [after, move]) fences.add(event);
  expect([after, move].map((event) => fences.holds(event, event.key))).toEqual([false, true]);
  fences.remove([after]);
  expect(fences.holds(move, move.key)).toBe(false);
});

test("what came since the last change of key was forgotten is known by the next one", () => {
  const fences = open();
  fences.add(move);
  fences.remove([move]);
  const next = { ...changeEvent({ lsn: 7n, key: "other" }), keyAfter: "new" };
  for (const event of [after, next]) fences.add(event);
  expect(fences.holds(next, next.key)).toBe(true);
});
