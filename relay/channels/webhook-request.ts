import type { ChangeEvent } from "../encoding/change-event.ts";

export type WebhookMode = "structured" | "binary" | "batch";

/** A message of the HTTP protocol binding of CloudEvents 1.0. */
export interface WebhookMessage {
  /** The same for the same events, however often they are sent. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * The request that carries the events; one event, unless the mode is batch.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
export function webhookMessage(mode: WebhookMode, batch: readonly ChangeEvent[]): WebhookMessage {
  const [first] = batch;
  const last = batch.at(-1);
  if (first === undefined || last === undefined) throw new RangeError("a message needs an event");
  if (mode === "structured") {
    return {
      id: first.id,
      headers: { "content-type": "application/cloudevents+json; charset=utf-8" },
      body: Buffer.from(first.json, "latin1"),
    };
  }
  if (mode === "binary") {
    return { id: first.id, headers: attributeHeaders(first), body: Buffer.from(first.data) };
  }
  return {
    id: `${first.id}-${last.id}-${batch.length}`,
    headers: { "content-type": "application/cloudevents-batch+json; charset=utf-8" },
    body: arrayOf(batch),
  };
}

/** The events as a JSON array. */
function arrayOf(batch: readonly ChangeEvent[]): Buffer {
  // Brackets, and a comma between two.
  const length = batch.reduce((sum, { json }) => sum + json.length, batch.length + 1);
  const body = Buffer.allocUnsafe(length);
  let at = 0;
  for (const { json } of batch) {
    at += body.write(at === 0 ? "[" : ",", at, "latin1");
    at += body.write(json, at, "latin1");
  }
  body.write("]", at, "latin1");
  return body;
}

function attributeHeaders(event: ChangeEvent): Record<string, string> {
  const attributes: Record<string, unknown> = JSON.parse(event.attributes);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name === "datacontenttype") headers["content-type"] = String(value);
    else headers[`ce-${name}`] = headerValue(String(value));
  }
  headers["content-type"] ??= "application/json";
  return headers;
}

/** Section 3.1.3.2 of the binding: all but printable ASCII, and space, " and %, are percent-encoded. */
function headerValue(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\x21\x23\x24\x26-\x7e]+/gu, (run) =>
      Array.from(Buffer.from(run, "utf8"), percentEncoded).join(""),
    );
}

function percentEncoded(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
