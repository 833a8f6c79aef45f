/** One message of a stream of server-sent events. */
export interface StreamMessage {
  readonly id: string | undefined;
  readonly data: string;
}

/**
 * Takes a stream of server-sent events apart (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Comments and messages without data are passed over.
 */
export async function* messagesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamMessage> {
  const decoder = new TextDecoder();
  let rest = "";
  let id: string | undefined;
  let data: string[] = [];
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0) yield { id, data: data.join("\n") };
        data = [];
        continue;
      }
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "data") data.push(value);
      if (field === "id") id = value;
    }
  }
}
