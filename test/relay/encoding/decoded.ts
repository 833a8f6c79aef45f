import pg from "pg";
import { parseEvent } from "../../../events/index.ts";
import { type ChangeEvent, structured } from "../../../relay/encoding/change-event.ts";
import { Envelope } from "../../../relay/encoding/envelope.ts";
import { RowEncoder } from "../../../relay/encoding/row-encoder.ts";
import { Catalog } from "../../../relay/registry/catalog.ts";
import type { ChangeHandler, Relation, Transaction } from "../../../relay/stream/change-handler.ts";
import { ChangeReader } from "../../../relay/stream/change-reader.ts";
import type { Postgres } from "../../postgres.ts";

/** An event as a receiver has it after JSON.parse. */
export interface ReceivedEvent {
  readonly [attribute: string]: unknown;
  readonly data: {
    readonly new?: Record<string, unknown>;
    readonly old?: Record<string, unknown>;
    readonly changed?: string[];
    readonly unchanged?: string[];
    readonly [member: string]: unknown;
  };
}

interface EncodingChoice {
  /** Columns that the receiver may read. Default: all. */
  readonly columns?: readonly string[];
}

/** A database whose changes are decoded by the server and encoded as events. */
export class Decoded {
  readonly client: pg.Client;
  readonly #types: Catalog;

  readonly #pool: pg.Pool;

  private constructor(client: pg.Client, url: string) {
    this.client = client;
    this.#pool = new pg.Pool({ connectionString: url, max: 1 });
    this.#types = new Catalog(this.#pool);
  }

  static async start(server: Postgres): Promise<Decoded> {
    const url = await server.createDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    // As in the replication sessions of the relay.
    await client.query("set datestyle = 'ISO'; set timezone = 'UTC'; set bytea_output = 'hex'");
    await client.query("set intervalstyle = 'iso_8601'; set extra_float_digits = 1");
    await client.query("create publication everything for all tables");
    await client.query(
      "select pg_create_logical_replication_slot('s' || md5(current_database()), 'pgoutput')",
    );
    return new Decoded(client, url);
  }

  /** What was committed since the last call, as events. */
  async events(choice: EncodingChoice = {}): Promise<ChangeEvent[]> {
    const { rows } = await this.client.query<{ data: Buffer }>(
      `select data from pg_logical_slot_get_binary_changes('s' || md5(current_database()), null, null,
         'proto_version', '1', 'publication_names', 'everything')`,
    );
    const collector = new Collector(this.#types, choice);
    const reader = new ChangeReader(collector);
    for (const { data } of rows) {
      const type = String.fromCharCode(data[0] ?? 0);
      if (type === "B") await reader.begin(transactionOf(data));
      else if (type === "C") await reader.commit(data.readBigUInt64BE(10));
      else await reader.read(data[0] ?? 0, data, 1);
    }
    return collector.events;
  }

  /** The same, as a receiver has them. */
  async received(choice: EncodingChoice = {}): Promise<ReceivedEvent[]> {
    const events = await this.events(choice);
    return events.map((event) => {
      // What receivers check each event with takes it.
      parseEvent(structured(event));
      return JSON.parse(structured(event));
    });
  }

  async stop(): Promise<void> {
    await this.client.query("select pg_drop_replication_slot('s' || md5(current_database()))");
    await this.client.end();
    await this.#pool.end();
  }
}

/** Microseconds between 1970 and 2000, where Postgres counts from. */
const POSTGRES_EPOCH = 946_684_800_000_000n;

function transactionOf(begin: Buffer): Transaction {
  return {
    commitLsn: begin.readBigUInt64BE(1),
    committedAt: Number(begin.readBigInt64BE(9) + POSTGRES_EPOCH) / 1000,
    xid: begin.readUInt32BE(17),
  };
}

class Collector implements ChangeHandler {
  readonly events: ChangeEvent[] = [];
  readonly #types: Catalog;
  readonly #choice: EncodingChoice;
  readonly #envelope = new Envelope({ source: "/integratedb/shop", keySecret: Buffer.alloc(32) });
  readonly #encoders = new Map<Relation, RowEncoder>();
  #transaction: Transaction | undefined;

  constructor(types: Catalog, choice: EncodingChoice) {
    this.#types = types;
    this.#choice = choice;
  }

  begin(transaction: Transaction): void {
    this.#transaction = transaction;
  }

  async insert(...[relation, row, index]: Parameters<ChangeHandler["insert"]>): Promise<void> {
    const encoder = await this.#encoder(relation);
    this.events.push(encoder.inserted(this.#now(), index, row));
  }

  async update(...[relation, old, row, index]: Parameters<ChangeHandler["update"]>): Promise<void> {
    const encoder = await this.#encoder(relation);
    this.events.push(encoder.updated(this.#now(), index, row, old));
  }

  async delete(...[relation, old, index]: Parameters<ChangeHandler["delete"]>): Promise<void> {
    const encoder = await this.#encoder(relation);
    this.events.push(encoder.deleted(this.#now(), index, old));
  }

  truncate(relations: readonly Relation[], index: number): void {
    for (const [place, relation] of relations.entries()) {
      this.events.push(this.#envelope.truncated(this.#now(), index + place, relation));
    }
  }

  commit(): void {}

  #now(): Transaction {
    if (this.#transaction === undefined) throw new Error("a change outside a transaction");
    return this.#transaction;
  }

  async #encoder(relation: Relation): Promise<RowEncoder> {
    const known = this.#encoders.get(relation);
    if (known !== undefined) return known;
    const primaryKey = await this.#types.describe(relation);
    const { columns = relation.columns.map(({ name }) => name) } = this.#choice;
    const options = { envelope: this.#envelope, types: this.#types, primaryKey };
    const encoder = new RowEncoder(relation, columns, options);
    this.#encoders.set(relation, encoder);
    return encoder;
  }
}
