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

/** A batch that came to a halt after some of it had arrived. */
export class Interrupted extends Error {
  /** What was refused before. */
  readonly failures: readonly Failure[];
  /** What is not known to have arrived. */
  readonly rest: readonly Message[];

  constructor(failures: readonly Failure[], rest: readonly Message[], cause: unknown) {
    super("the batch was interrupted", { cause });
    this.failures = failures;
    this.rest = rest;
  }
}

/**
 * Sends one part after the other, and none after a failure that is not final.
 *
 * @throws Interrupted when `send` throws after a part that arrived, else what it throws
 */
export async function sendParts(
  parts: readonly (readonly Message[])[],
  send: (part: readonly Message[]) => Promise<readonly Failure[]>,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const [at, part] of parts.entries()) {
    try {
      failures.push(...(await send(part)));
    } catch (error) {
      if (at === 0) throw error;
      throw new Interrupted(failures, parts.slice(at).flat(), error);
    }
    if (failures.some(({ final }) => !final)) {
      const rest = parts.slice(at + 1).flat();
      return [...failures, ...failuresOf(rest, "not sent: an earlier event failed")];
    }
  }
  return failures;
}

/**
 * Cuts messages into parts that hold no two of one key: a broker may take a later one of what it is
 * sent at once although it refused an earlier one, which would then be sent again behind it.
 *
 * @param bytes of a part, about; a message that is larger is alone
 */
export function partsByKey(messages: readonly Message[], bytes: number): Message[][] {
  const parts: Message[][] = [];
  let part: Message[] = [];
  let size = 0;
  const keys = new Set<string>();
  for (const message of messages) {
    const { key, keyAfter = key, size: bytesOfEvent } = message.event;
    const isRepeated = keys.has(key) || keys.has(keyAfter);
    if (part.length === 0 || isRepeated || size + bytesOfEvent > bytes) {
      part = [];
      parts.push(part);
      keys.clear();
      size = 0;
    }
    part.push(message);
    keys.add(key).add(keyAfter);
    size += bytesOfEvent;
  }
  return parts;
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
