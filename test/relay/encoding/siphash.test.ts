import { expect, test } from "vitest";
import { sipHash, sipKeyOf } from "../../../relay/encoding/siphash.ts";

const key = sipKeyOf(Uint8Array.from({ length: 16 }, (_, at) => at));
const message = Uint8Array.from({ length: 64 }, (_, at) => at);

// The vectors of the reference implementation, as 64-bit numbers.
test.each([
  [0, "726fdb47dd0e0e31"],
  [1, "74f839c593dc67fd"],
  [7, "ab0200f58b01d137"],
  [8, "93f5f5799a932462"],
  [15, "a129ca6149be45e5"],
  [63, "958a324ceb064572"],
])("%i bytes hash as in the reference", (length, hex) => {
  const expected = Buffer.from(hex, "hex").toString("base64url");
  expect(sipHash(key, message, 0, length)).toBe(expected);
});

test("a key has 16 bytes", () => {
  expect(() => sipKeyOf(new Uint8Array(15))).toThrow(RangeError);
});
