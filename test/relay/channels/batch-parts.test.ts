import { expect, test } from "vitest";
import {
  Interrupted,
  type Message,
  messagesOf,
  partsByKey,
  partsBySize,
  sendParts,
} from "../../../relay/channels/batch-parts.ts";
import type { ChangeEvent } from "../../../relay/encoding/change-event.ts";
import { changeEvent } from "../delivery/change-events.ts";

const many = Number.POSITIVE_INFINITY;

/** Messages of these keys, in order; "a>b" is an update that changes the key from a to b. */
function messages(...keys: string[]): Message[] {
  const events = keys.map((text, at): ChangeEvent => {
    const [key = "", keyAfter] = text.split(">");
    const event = changeEvent({ lsn: BigInt(at + 1), key });
    return keyAfter === undefined ? event : { ...event, keyAfter };
  });
  return messagesOf(events, many).messages;
}

const keysOf = (parts: Message[][]) => parts.map((part) => part.map(({ event }) => event.key));

test("a part holds no two messages of one key", () => {
  expect(keysOf(partsByKey(messages("a", "b", "a", "c", "c"), many))).toEqual([
    ["a", "b"],
    ["a", "c"],
    ["c"],
  ]);
});

test("an update that changes the key is between what comes before and after of both keys", () => {
  expect(keysOf(partsByKey(messages("b", "a>b", "b", "x"), many))).toEqual([
    ["b"],
    ["a"],
    ["b", "x"],
  ]);
});

test("a part has a bound of bytes, and what is larger is alone", () => {
  const all = messages("a", "b", "c", "d", "e");
  const bytes = Buffer.byteLength(all[0]?.text ?? "");
  expect(keysOf(partsBySize(all, 2 * bytes))).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  expect(keysOf(partsBySize(all, 1))).toEqual([["a"], ["b"], ["c"], ["d"], ["e"]]);
  expect(keysOf(partsBySize(all, many, 3))).toEqual([
    ["a", "b", "c"],
    ["d", "e"],
  ]);
});

test("sizes are those of UTF-8", () => {
  const event = changeEvent({ row: { text: "€".repeat(100) } });
  const bytes = Buffer.byteLength(`${event.attributes.slice(0, -1)},"data":${event.data}}`);
  expect(messagesOf([event], bytes).failures).toEqual([]);
  expect(messagesOf([event], bytes - 1).failures).toMatchObject([{ index: 0, final: true }]);
});

test("nothing is sent after a failure that may pass, and what is left has failed too", async () => {
  const sent: number[] = [];
  const parts = partsByKey(messages("a", "a", "a"), many);
  const failures = await sendParts(parts, async (part) => {
    sent.push(...part.map(({ index }) => index));
    return sent.length === 2 ? [{ index: 1, final: false, reason: "full" }] : [];
  });
  expect(sent).toEqual([0, 1]);
  expect(failures.map(({ index, final }) => [index, final])).toEqual([
    [1, false],
    [2, false],
  ]);
});

test("a final failure holds nothing up", async () => {
  const parts = partsByKey(messages("a", "a"), many);
  const failures = await sendParts(parts, async ([message]) =>
    message?.index === 0 ? [{ index: 0, final: true, reason: "too large" }] : [],
  );
  expect(failures.map(({ index }) => index)).toEqual([0]);
});

test("an error after a part that arrived tells what is left", async () => {
  const parts = partsByKey(messages("a", "a", "a"), many);
  const interrupted = sendParts(parts, async ([message]) => {
    if (message?.index === 1) throw new Error("connection lost");
    return [];
  });
  const error = await interrupted.catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Interrupted);
  expect(error.rest.map(({ index }: Message) => index)).toEqual([1, 2]);
  expect(error.cause.message).toBe("connection lost");
});
