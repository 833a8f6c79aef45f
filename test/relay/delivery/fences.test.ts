import { expect, test } from "vitest";
import { Fences } from "../../../relay/delivery/fences.ts";
import { changeEvent } from "./change-events.ts";

const rename = { ...changeEvent({ lsn: 5n, key: "old" }), keyAfter: "new" };

test("what comes with the new key of a row waits in other places until the change of key is done", () => {
  const fences = new Fences<string>();
  const [before, after] = [
    changeEvent({ lsn: 4n, key: "new" }),
    changeEvent({ lsn: 6n, key: "new" }),
  ];
  fences.add(before, "there");
  fences.add(rename, "here");
  fences.add(after, "there");
  expect([before, after].map((event) => fences.holds(event, "there"))).toEqual([false, true]);
  expect(fences.holds(after, "here")).toBe(false);
  expect(fences.remove([rename])).toBe(true);
  expect(fences.holds(after, "there")).toBe(false);
});

test("an old change of key that comes again holds up nothing that was there before it", () => {
  const fences = new Fences<string>();
  const after = changeEvent({ lsn: 6n, key: "new" });
  fences.add(after, "there");
  fences.add(rename, "here");
  expect(fences.holds(after, "there")).toBe(false);
});
