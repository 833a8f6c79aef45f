import type { Failure } from "../delivery/channel.ts";
import { type ChangeEvent, structured } from "../encoding/change-event.ts";
import { tooLarge } from "./broker-error.ts";

/** An event as it is sent, and its place in the batch. */
export interface Message {
  readonly index: number;
  readonly event: ChangeEvent;
  readonly text: string;
}

/**
 * Writes the events of a batch; those that are larger than the broker takes are failures.
 *
 * @param limit of an event, in bytes of UTF-8
 */
export function messagesOf(
  batch: readonly ChangeEvent[],
  limit: number,
  write: (event: ChangeEvent) => string = structured,
): { readonly messages: Message[]; readonly failures: Failure[] } {
  const messages: Message[] = [];
  const failures: Failure[] = [];
  for (const [index, event] of batch.entries()) {
    const text = write(event);
    // A character has three bytes at most: few texts have to be measured.
    const bytes = text.length * 3 > limit ? Buffer.byteLength(text) : 0;
    if (bytes > limit) failures.push(tooLarge(index, bytes, limit));
    else messages.push({ index, event, text });
  }
  return { messages, failures };
}

/**
 * Sends messages part by part, in order, so that no part holds two of one key: a broker may take a
 * later one of what it is sent at once although it refused an earlier one, which would then be sent
 * again behind it. Stops at the first failure that is not final.
 *
 * @param bytes of a part; a message that is larger is alone
 */
export async function sendByKeys(
  messages: readonly Message[],
  bytes: number,
  send: (part: readonly Message[]) => Promise<readonly Failure[]>,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  let sent = 0;
  while (sent < messages.length) {
    const part = distinctKeys(messages, sent, bytes);
    const failed = await send(part);
    failures.push(...failed);
    sent += part.length;
    if (failed.some(({ final }) => !final)) {
      return [
        ...failures,
        ...failuresOf(messages.slice(sent), "not sent: an earlier event failed"),
      ];
    }
  }
  return failures;
}

function distinctKeys(messages: readonly Message[], from: number, bytes: number): Message[] {
  const part: Message[] = [];
  let size = 0;
  const keys = new Set<string>();
  for (let at = from; at < messages.length; at++) {
    const message = messages[at];
    if (message === undefined) break;
    const { key, keyAfter } = message.event;
    if (keys.has(key) || (keyAfter !== undefined && keys.has(keyAfter))) break;
    size += message.event.size;
    if (size > bytes && part.length > 0) break;
    keys.add(key);
    if (keyAfter !== undefined) keys.add(keyAfter);
    part.push(message);
  }
  return part;
}

/** Each of them failed for now, for the same reason. */
export function failuresOf(messages: readonly Message[], reason: string): Failure[] {
  return messages.map(({ index }) => ({ index, final: false, reason }));
}

/** Cuts messages into parts of at most so many bytes together; one that is larger is alone. */
export function partsBySize(
  messages: readonly Message[],
  limit: number,
  count = Number.POSITIVE_INFINITY,
): Message[][] {
  const parts: Message[][] = [];
  let size = 0;
  for (const message of messages) {
    const bytes = Buffer.byteLength(message.text);
    const part = parts.at(-1);
    if (part === undefined || size + bytes > limit || part.length >= count) {
      parts.push([message]);
      size = bytes;
    } else {
      part.push(message);
      size += bytes;
    }
  }
  return parts;
}
