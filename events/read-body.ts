import { EventsError } from "./events-error.ts";

/** A request of node:http, a stream, or the `body` of a Request. */
type BodySource = AsyncIterable<Uint8Array | string>;

/**
 * Reads the body of a message, and no more of it than the limit.
 *
 * @param limit bytes; the default of 64 MiB holds any event that a database usually makes
 * @throws EventsError IDB4201, after which the connection is best closed
 */
export async function readBody(
  source: BodySource | null,
  limit = 64 * 1024 * 1024,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source ?? []) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    length += bytes.length;
    if (length > limit) throw new EventsError("IDB4201", `the body has more than ${limit} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, length);
}
