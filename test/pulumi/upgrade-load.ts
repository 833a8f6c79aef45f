import pg from "pg";
import { vi } from "vitest";
import { Arrivals, type Event } from "../relay/oracle/arrivals.ts";
import { disorderOf } from "../relay/oracle/order.ts";
import type { Receiver } from "../relay/receiver.ts";

const connections = 4;
/** Changed by each transaction. */
const rows = 50;
/** Rows of each connection, in turn; no two connections change the same. */
const keys = 2 * rows;
/** Milliseconds between the transactions of one connection: all together a little over 1,000 rows/s. */
const slot = 192;
const firstKey = 10_000;

export interface LoadFigures {
  readonly rowsPerSecond: number;
  readonly rows: number;
  /** Milliseconds between a commit and the arrival of the latest of its events. */
  readonly latest: number;
}

/** Over 1,000 rows a second in transactions of 50, and what comes of them. */
export class UpgradeLoad {
  readonly #arrivals = new Arrivals();
  /** When each change was committed, by its row and what it wrote, in the order of the commits of a row. */
  readonly #committed = new Map<string, number>();
  readonly #end = new AbortController();
  readonly #startedAt = performance.now();
  readonly #writers: readonly Promise<void>[];
  #endedAt = 0;

  /** @param receiver of a channel that gets `id` and `status` of every change of public.orders */
  constructor(url: string, receiver: Receiver) {
    receiver.onEvent = (event) => {
      const isOurs = Number(event.data.new?.["id"]) >= firstKey;
      if (isOurs) this.#arrivals.add(JSON.stringify(event), true);
    };
    this.#writers = Array.from({ length: connections }, (_, at) => this.#write(url, at));
  }

  async #write(url: string, writer: number): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const text = `insert into orders select id, 1, $2, 1 from unnest($1::int[]) id
      on conflict (id) do update set status = excluded.status`;
    const own = firstKey + writer * keys;
    for (let round = 0; !this.#end.signal.aborted; round++) {
      const due = this.#startedAt + (round + writer / connections) * slot;
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      const first = own + (round % 2) * rows;
      const ids = Array.from({ length: rows }, (_, at) => first + at);
      await client.query({ name: "write", text, values: [ids, `round ${round}`] });
      const now = performance.now();
      for (const id of ids) this.#committed.set(`${id} round ${round}`, now);
      this.#endedAt = Math.max(this.#endedAt, now);
    }
    await client.end();
  }

  /** Waits until so many rows are committed. */
  async committed(count: number): Promise<void> {
    const isEnough = () => {
      if (this.#committed.size < count) throw new Error(`${this.#committed.size} rows`);
    };
    await Promise.race([vi.waitFor(isEnough, { timeout: 30_000 }), Promise.all(this.#writers)]);
  }

  /** Ends the writing. */
  async stop(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#writers);
  }

  /** Waits until there was an event for each change. */
  async delivered(): Promise<void> {
    const { size } = this.#committed;
    await vi.waitFor(
      () => {
        const { count } = this.#arrivals;
        if (count < size) throw new Error(`${count} of ${size} events came`);
      },
      { timeout: 30_000 },
    );
  }

  /** What is wrong with what came: each change once under one id, those of a row in their order. */
  problems(): string[] {
    const { events, changed } = this.#arrivals;
    const written = Map.groupBy([...this.#committed.keys()], rowOf);
    const told = Map.groupBy(events.map(changeOf), rowOf);
    const wrong = [...new Set([...written.keys(), ...told.keys()])].filter(
      (row) => written.get(row)?.join() !== told.get(row)?.join(),
    );
    return [
      ...changed,
      ...disorderOf("hook", events, () => undefined),
      ...wrong.map((row) => `written: ${written.get(row)}; told: ${told.get(row)}`),
    ];
  }

  figures(): LoadFigures {
    const cameAt = new Map<string, number>();
    for (const { event, at } of this.#arrivals.list) {
      const change = changeOf(event);
      if (!cameAt.has(change)) cameAt.set(change, at);
    }
    const delays = [...this.#committed].map(
      ([change, at]) => (cameAt.get(change) ?? Number.POSITIVE_INFINITY) - at,
    );
    const count = this.#committed.size;
    return {
      rowsPerSecond: count / ((this.#endedAt - this.#startedAt) / 1000),
      rows: count,
      latest: Math.max(...delays),
    };
  }
}

function changeOf({ data }: Event): string {
  const { id, status } = data["new"] as { id: unknown; status: unknown };
  return `${id} ${status}`;
}

function rowOf(change: string): string {
  return change.slice(0, change.indexOf(" "));
}
