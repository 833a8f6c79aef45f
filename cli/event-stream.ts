/** One message of a stream of server-sent events. */
export interface StreamMessage {
  /** What to go on from; a message may hold nothing else. */
  readonly id: string | undefined;
  readonly data: string | undefined;
}

/**
 * Takes a stream of server-sent events apart (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Comments are passed over.
 */
export async function* messagesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamMessage> {
  const decoder = new TextDecoder();
  let rest = "";
  let id: string | undefined;
  let told: string | undefined;
  let data: string[] = [];
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        const isNews = data.length > 0 || id !== told;
        if (isNews) yield { id, data: data.length > 0 ? data.join("\n") : undefined };
        told = id;
        data = [];
        continue;
      }
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "data") data.push(value);
      if (field === "id") id = value;
    }
  }
}
