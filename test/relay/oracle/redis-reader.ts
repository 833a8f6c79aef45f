import { createClient } from "redis";
import { Arrivals } from "./arrivals.ts";

/** What is in a stream of Redis, read bit by bit. */
export class RedisReader {
  readonly arrivals = new Arrivals();
  readonly #url: string;
  readonly #stream: string;
  #last = "-";

  constructor(url: string, stream: string) {
    this.#url = url;
    this.#stream = stream;
  }

  async read(): Promise<void> {
    const client = await createClient({ url: this.#url }).connect();
    try {
      for (;;) {
        const entries = await client.xRange(this.#stream, this.#last, "+", { COUNT: 200 });
        // Whether Redis's answer came back, nobody can tell from here.
        for (const { message } of entries ?? []) {
          this.arrivals.add(String(message["event"]), false);
        }
        const last = entries?.at(-1)?.id;
        if (last === undefined) return;
        this.#last = `(${last}`;
      }
    } finally {
      client.destroy();
    }
  }
}
