import { createClient } from "redis";
import { type Arrival, arrivalsOf } from "./oracle-sink.ts";

/** What is in a stream of Redis, read bit by bit. */
export class RedisReader {
  readonly arrivals: Arrival[] = [];
  readonly #url: string;
  readonly #stream: string;
  #last = "0";

  constructor(url: string, stream: string) {
    this.#url = url;
    this.#stream = stream;
  }

  async read(): Promise<void> {
    const client = await createClient({ url: this.#url }).connect();
    try {
      for (;;) {
        const start = this.#last === "0" ? "-" : `(${this.#last}`;
        const entries = await client.xRange(this.#stream, start, "+", { COUNT: 1_000 });
        // Whether Redis's answer came back, nobody can tell from here.
        for (const { message } of entries ?? []) {
          this.arrivals.push(...arrivalsOf(String(message["event"]), false));
        }
        const last = entries?.at(-1)?.id;
        if (last === undefined) return;
        this.#last = last;
      }
    } finally {
      client.destroy();
    }
  }
}
