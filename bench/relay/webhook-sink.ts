import type { DeliverySink } from "./delivery-sink.ts";
import { Script } from "./processes.ts";

/** Milliseconds from the change until the sink had it. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
}

/** A webhook that takes batches of 200 in a process of its own. */
export class WebhookSink implements DeliverySink {
  readonly name = "a webhook in batches of 200";
  readonly channel: object;
  readonly peer: DeliverySink["peer"];
  readonly #script: Script;

  private constructor(script: Script, port: number) {
    const url = `http://127.0.0.1:${port}`;
    this.#script = script;
    this.channel = { type: "webhook", url, mode: "batch", batch_size: 200 };
    const upsert = { path: "/", format: "json_array", max_documents: 200 };
    this.peer = {
      output: {
        http_bulk: { url, upsert },
        middlewares: [{ buffer: { max_messages: 200, max_delay_ms: 1 } }],
      },
      // Of the settings that were tried the fastest one.
      batch_size: 200,
      concurrency: 20,
    };
  }

  static async start(): Promise<WebhookSink> {
    const script = new Script("http-sink.ts");
    const { port = 0 } = await script.answer();
    return new WebhookSink(script, port);
  }

  async arrival(count: number): Promise<number> {
    this.#script.say({ count });
    const { milliseconds = Number.NaN } = await this.#script.answer();
    return milliseconds;
  }

  /** Begins to count. @returns how old so many events were when they came */
  async delays(count: number): Promise<Delays> {
    this.#script.say({ count });
    const { p50 = Number.NaN, p99 = Number.NaN } = await this.#script.answer();
    return { p50, p99 };
  }

  stop(): Promise<void> {
    return this.#script.end();
  }
}
