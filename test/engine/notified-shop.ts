import type pg from "pg";
import type { Postgres } from "../postgres.ts";
import { columns, EngineDatabase } from "./engine-database.ts";

/** A row of `integratedb.routes()`, as far as tests look at it. */
export interface RouteRow {
  readonly channel_id: number;
  readonly table_name: string;
  readonly channel: string;
  readonly stakeholder: string;
  readonly events: string[];
  readonly columns: string[];
  readonly condition: unknown;
}

/** A table in one of the publications; lists and filters are null before PostgreSQL 15. */
export interface Published {
  readonly publication: string;
  readonly name: string;
  readonly columns: string[] | null;
  readonly row_filter: string | null;
}

export const hook = { type: "webhook", url: "http://receiver.test/events" };

/** A spec with one match of `path` and one webhook. */
export function notify(path: string, fields: readonly string[], rest: object = {}): unknown {
  return { match: [{ path, fields, ...rest }], channels: { hook } };
}

/**
 * A database with tables, the stakeholder `reporter`, and its claim `orders` of all columns of
 * `orders` but `secret`, and of all of `log`, a table without a key.
 */
export class NotifiedShop {
  readonly database: EngineDatabase;
  readonly owner: pg.Client;

  private constructor(database: EngineDatabase) {
    this.database = database;
    this.owner = database.owner;
  }

  static async open(postgres: Postgres): Promise<NotifiedShop> {
    const shop = new NotifiedShop(await EngineDatabase.create(postgres));
    await shop.owner.query(`
      create table orders (id int primary key, status varchar(20), total numeric(10,2), secret text);
      create table log (at timestamptz, line text);
      select integratedb.put_stakeholder('reporter');`);
    await shop.claim("orders", "public.orders", "id", "status", "total");
    await shop.claim("log", "public.log");
    return shop;
  }

  /** Drops the stakeholders too, whose roles would outlive the database. */
  async close(): Promise<void> {
    await this.owner.query("rollback");
    await this.owner.query("reset role");
    await this.owner.query(
      "select integratedb.delete_stakeholder(stakeholder, '{\"cascade\": true}') from integratedb.stakeholders",
    );
    await this.database.close();
  }

  async claim(claim: string, path: string, ...fields: string[]): Promise<void> {
    await this.owner.query("select integratedb.put_claim('reporter', $1, $2)", [
      claim,
      columns(path, ...fields),
    ]);
  }

  async put(name: string, spec: unknown, client = this.owner): Promise<void> {
    await client.query("select integratedb.put_notification('reporter', $1, $2)", [
      name,
      JSON.stringify(spec),
    ]);
  }

  async routes(): Promise<RouteRow[]> {
    const { rows } = await this.owner.query<RouteRow>(
      `select r.*, r.columns::text[] as columns from integratedb.routes((select revision from integratedb.routing)) r
       order by table_name, stakeholder, notification, channel`,
    );
    return rows;
  }

  async revision(): Promise<number> {
    const { rows } = await this.owner.query("select revision::int from integratedb.routing");
    return rows[0].revision;
  }

  /** What is published, but for the revision of the routes. */
  async published(): Promise<Published[]> {
    const { rows } = await this.owner.query<Published>(
      `select publication, relid::regclass::text as name, columns::text[], row_filter
       from integratedb.published_tables() order by 2`,
    );
    return rows;
  }

  /** Runs a migration that ends in the validation, and rolls it back if that refuses it. */
  async migrate(...statements: string[]): Promise<void> {
    await this.owner.query("begin");
    try {
      for (const statement of statements) await this.owner.query(statement);
      await this.owner.query("select integratedb_validate_migration()");
      await this.owner.query("commit");
    } catch (error) {
      await this.owner.query("rollback");
      throw error;
    }
  }
}
