import { z } from "zod";
import { checkJson } from "./check-json.ts";
import { type Event, eventForm, type Row } from "./event.ts";
import { EventsError } from "./events-error.ts";
import { type HeaderSource, headerOf, namesOf } from "./headers.ts";

export interface ParseOptions {
  /** Objects and arrays within each other, at most. Default: 1000. */
  readonly depth?: number;
}

/**
 * The events of one HTTP message in any form of CloudEvents 1.0: structured, batch or binary. Verify
 * the message first.
 *
 * @param body as received; bytes are UTF-8
 * @param headers of the message; the content type alone is enough unless its form is binary
 * @throws EventsError IDB4206, IDB4207 or IDB4208
 */
export function parse<R = Row>(
  body: string | Uint8Array,
  headers: HeaderSource | string,
  { depth = 1000 }: ParseOptions = {},
): Event<R>[] {
  const contentType = typeof headers === "string" ? headers : headerOf(headers, "content-type");
  const mediaType = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  const text = textOf(body);
  // Attributes, data, table and rows name each property once.
  switch (mediaType) {
    case "application/cloudevents+json":
      return [eventOf<R>(jsonOf(text, depth, 3))];
    case "application/cloudevents-batch+json": {
      const batch = jsonOf(text, depth, 4);
      if (!Array.isArray(batch)) throw new EventsError("IDB4208", "a batch is an array of events");
      return batch.map((each) => eventOf<R>(each));
    }
    case "application/json": {
      if (typeof headers === "string" || headerOf(headers, "ce-specversion") === undefined) {
        throw new EventsError("IDB4206", "there is no header ce-specversion beside the data");
      }
      return [eventOf<R>({ ...attributesOf(headers), data: jsonOf(text, depth, 2) })];
    }
    default:
      throw new EventsError(
        "IDB4206",
        "the content type is none of application/cloudevents+json, application/cloudevents-batch+json and application/json",
      );
  }
}

/** One event in its structured form, as channels without HTTP carry it. */
export function parseEvent<R = Row>(
  body: string | Uint8Array,
  { depth = 1000 }: ParseOptions = {},
): Event<R> {
  return eventOf<R>(jsonOf(textOf(body), depth, 3));
}

function textOf(body: string | Uint8Array): string {
  if (typeof body === "string") return body;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new EventsError("IDB4207", "the body is not UTF-8");
  }
}

function jsonOf(text: string, depth: number, uniqueDepth: number): unknown {
  checkJson(text, { depth, uniqueDepth });
  try {
    return JSON.parse(text);
  } catch {
    throw new EventsError("IDB4207", "the body is not JSON");
  }
}

/** The value as it is, once its form is known: rows keep every name that a column can have. */
function eventOf<R>(value: unknown): Event<R> {
  const { error } = eventForm.safeParse(value);
  if (error === undefined) return value as Event<R>;
  const places = error.issues.map(({ path }) => z.core.toDotPath(path)).join(", ");
  throw new EventsError("IDB4208", `not an event of IntegrateDB; wrong or missing: ${places}`);
}

function attributesOf(headers: HeaderSource): Record<string, string> {
  const named = namesOf(headers).flatMap((name): [string, string][] => {
    const attribute = /^ce-([a-z0-9]+)$/.exec(name)?.[1];
    const value = headerOf(headers, name);
    return attribute === undefined || value === undefined ? [] : [[attribute, decoded(value)]];
  });
  return Object.fromEntries([...named, ["datacontenttype", "application/json"]]);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new EventsError("IDB4206", "a header ce-… is not percent-encoded UTF-8");
  }
}
