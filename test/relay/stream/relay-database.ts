import pg from "pg";
import type { Postgres } from "../../postgres.ts";
import { Reading } from "./shop.ts";

/** What the relay knows of the registry to begin with, as the engine's migrations make it. */
const registry = `
  CREATE SCHEMA integratedb;
  CREATE TABLE integratedb.routing (singleton boolean PRIMARY KEY DEFAULT true, revision bigint NOT NULL);
  INSERT INTO integratedb.routing VALUES (true, 0);
  CREATE TABLE integratedb.lane (
    channel_id integer PRIMARY KEY, accepted_lsn pg_lsn, accepted_index bigint
  );
  CREATE TABLE integratedb.relay_position (
    slot_name text PRIMARY KEY, lsn pg_lsn NOT NULL, revision bigint NOT NULL, gap jsonb);
  CREATE PUBLICATION integratedb FOR TABLE integratedb.routing;
  CREATE PUBLICATION integratedb_insert WITH (publish = 'insert, truncate');
`;

/** A database with what a slot needs of the registry. */
export class RelayDatabase {
  readonly url: string;
  readonly #client: pg.Client;

  private constructor(url: string, client: pg.Client) {
    this.url = url;
    this.#client = client;
  }

  static async open(server: Postgres): Promise<RelayDatabase> {
    const url = await server.createDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(registry);
    return new RelayDatabase(url, client);
  }

  get slot(): string {
    return new URL(this.url).pathname.slice(1);
  }

  get slotOptions() {
    return {
      connection: { connectionString: this.url },
      slot: this.slot,
      publications: ["integratedb", "integratedb_insert"],
    };
  }

  async sql(statements: string): Promise<void> {
    await this.#client.query(statements);
  }

  async another(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    return client;
  }

  /** A slot as the relay makes it. */
  makeSlot(): Promise<void> {
    return this.sql(`SELECT pg_create_logical_replication_slot('${this.slot}', 'pgoutput')`);
  }

  async slotRow(): Promise<Record<string, unknown> | undefined> {
    const { rows } = await this.#client.query<Record<string, unknown>>(
      "SELECT * FROM pg_replication_slots WHERE slot_name = $1",
      [this.slot],
    );
    return rows[0];
  }

  async position(): Promise<string> {
    const { rows } = await this.#client.query<{ lsn: string }>(
      "SELECT lsn FROM integratedb.relay_position WHERE slot_name = $1",
      [this.slot],
    );
    return String(rows[0]?.lsn);
  }

  /** Writes so much WAL that the server gives up the slot. */
  async outgrowSlot(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      await this.sql("SELECT pg_switch_wal(); CREATE TABLE filler (); DROP TABLE filler");
    }
    await this.sql("CHECKPOINT");
  }

  read(): Reading {
    return new Reading(
      { url: this.url, slot: this.slot },
      { publications: this.slotOptions.publications },
    );
  }

  async close(): Promise<void> {
    await this.#client.query(
      "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1",
      [this.slot],
    );
    await this.#client.end();
  }
}
