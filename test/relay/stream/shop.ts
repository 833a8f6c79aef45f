import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type ReadOptions, readChanges } from "../../../relay/stream/reader.ts";
import type { Postgres } from "../../postgres.ts";
import { ChangeLog } from "./change-log.ts";

export const PUBLICATION = "shop";

/** A database whose changes are published from the first statement on. */
export class Shop {
  readonly url: string;
  readonly client: pg.Client;

  private constructor(url: string, client: pg.Client) {
    this.url = url;
    this.client = client;
  }

  /** @param statements make the tables; all of them are published */
  static async open(server: Postgres, statements: string): Promise<Shop> {
    const url = await server.createDatabase();
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    await client.connect();
    const shop = new Shop(url, client);
    await shop.sql(statements);
    await shop.sql(
      `CREATE PUBLICATION ${PUBLICATION} FOR ALL TABLES WITH (publish_via_partition_root = true)`,
    );
    await shop.sql(`SELECT pg_create_logical_replication_slot('${shop.slot}', 'pgoutput')`);
    return shop;
  }

  /** Slots are the server's: each database has one of its own name. */
  get slot(): string {
    return `shop_${new URL(this.url).pathname.slice(1)}`;
  }

  async sql(statements: string): Promise<void> {
    await this.client.query(statements);
  }

  async value(query: string): Promise<string> {
    const { rows } = await this.client.query({ text: query, rowMode: "array" });
    return String(rows[0]?.[0]);
  }

  /** A second connection; whoever asks for it ends it. */
  async another(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    return client;
  }

  /** Reads in the background, by default into a log, until `stop` or the end of the test. */
  read(options: Partial<ReadOptions> = {}): Reading {
    return new Reading(this, options);
  }

  /** The slot's confirmed_flush_lsn. */
  confirmedLsn(): Promise<string> {
    return this.value(
      `SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '${this.slot}'`,
    );
  }

  async close(): Promise<void> {
    // The server ends a connection that was cut when it notices, and until then it has the slot.
    const drop = `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '${this.slot}'`;
    await until(() => this.client.query(drop).then(() => true, isInUse));
    await this.client.end();
  }
}

function isInUse(error: pg.DatabaseError): false {
  if (error.code !== "55006") throw error;
  return false;
}

/** A reader at work. */
export class Reading {
  readonly log = new ChangeLog();
  readonly started: Promise<void>;
  /** Settled when the reading has ended. */
  readonly ended: Promise<void>;
  /** What it ended with, if with an error. */
  error: unknown;
  readonly #abort = new AbortController();

  constructor(shop: Pick<Shop, "url" | "slot">, options: Partial<ReadOptions>) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.started = promise;
    this.ended = readChanges({
      connection: { connectionString: shop.url },
      slot: shop.slot,
      publications: [PUBLICATION],
      handler: this.log,
      confirmed: () => this.log.confirmed,
      signal: this.#abort.signal,
      ...options,
      onStart: async (progress) => {
        await options.onStart?.(progress);
        resolve();
      },
    }).catch((error: unknown) => {
      this.error = error;
    });
  }

  /** Waits until so many changes were committed. */
  async changes(count: number): Promise<string[]> {
    await until(() => this.log.changes.length >= count || this.error !== undefined);
    if (this.error !== undefined) throw this.error;
    return this.log.texts;
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }
}

/** @throws when the condition does not hold in time */
export async function until(
  condition: () => boolean | Promise<boolean>,
  milliseconds = 60_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`never came true: ${condition}`);
    await sleep(20);
  }
}
