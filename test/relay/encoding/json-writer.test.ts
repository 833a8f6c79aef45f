import { describe, expect, test } from "vitest";
import { textOf } from "../../../relay/encoding/change-event.ts";
import { JsonWriter, TextTooLong } from "../../../relay/encoding/json-writer.ts";

const writer = new JsonWriter(2 * 1024 * 1024);

/** What the writer has made of it, as text. */
function written(write: () => void): string {
  writer.start();
  write();
  return textOf(writer.toBinary());
}

function quoted(bytes: Buffer): string {
  return written(() => writer.quoted(bytes, 0, bytes.length));
}

describe("a string", () => {
  test.each([
    ["plain", "open"],
    ["empty", ""],
    ["with all that JSON escapes", 'a"b\\c\u0000\n\t\u001fd\u007f'],
    ["not of ASCII", "żółw 🐢 \u2028"],
    ["of both", '"ż\n'],
    ["longer than the memory that is kept", `${"x".repeat(300_000)}"ż`],
  ])("%s is as JSON.stringify writes it", (_, text) => {
    expect(quoted(Buffer.from(text))).toBe(JSON.stringify(text));
  });

  test("that is no UTF-8 has replacements where it is not", () => {
    expect(quoted(Buffer.from([0x61, 0xff, 0x22, 0xc3]))).toBe('"a\ufffd\\"\ufffd"');
  });
});

test.each([
  [0, 1, "0"],
  [9, 1, "9"],
  [10, 1, "10"],
  [5_000_000, 1, "5000000"],
  [0, 10, "0000000000"],
  [1_234_567, 10, "0001234567"],
  [2_147_483_648, 10, "2147483648"],
  [12_345_678_901, 10, "12345678901"],
])("%i in at least %i digits is %s", (value, least, text) => {
  expect(written(() => writer.digits(value, least))).toBe(text);
});

test("a text that is too long is said to be, and the next one is whole", () => {
  const long = Buffer.alloc(3 * 1024 * 1024, 0x78);
  expect(() => quoted(long)).toThrow(TextTooLong);
  expect(quoted(Buffer.from("next"))).toBe('"next"');
});
