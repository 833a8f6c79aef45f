import pg from "pg";
import type { Postgres } from "../postgres.ts";
import { integratedb, type Result } from "./command-line.ts";

let shops = 0;

/** The stakeholder's spec in most tests. */
const ordersClaim = { match: [{ path: "public.orders", fields: ["id", "status"] }] };

/** A database with two tables, and a way to run the command on it. Roles are named after it. */
export class Shop {
  readonly url: string;
  readonly reporter: string;
  readonly #client: pg.Client;

  private constructor(url: string, client: pg.Client) {
    shops += 1;
    this.url = url;
    this.reporter = `reporter_${shops}`;
    this.#client = client;
  }

  static async open(postgres: Postgres): Promise<Shop> {
    const url = await postgres.createDatabase();
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    await client.connect();
    const shop = new Shop(url, client);
    await shop.query(`
      REVOKE CREATE ON SCHEMA public FROM PUBLIC;
      CREATE TABLE orders (id integer NOT NULL, status varchar(20), secret text);
      CREATE TABLE payments (id integer, card text);
    `);
    return shop;
  }

  /** With the engine, and a stakeholder that claims two columns of `orders`. */
  static async withReporter(postgres: Postgres): Promise<Shop> {
    const shop = await Shop.open(postgres);
    await shop.run("install");
    await shop.query("SELECT integratedb.put_stakeholder($1)", [shop.reporter]);
    await shop.putClaim("orders", ordersClaim);
    return shop;
  }

  async query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]> {
    const { rows } = await this.#client.query(text, values);
    return rows;
  }

  putClaim(name: string, spec: object): Promise<unknown> {
    return this.query("SELECT integratedb.put_claim($1, $2, $3)", [this.reporter, name, spec]);
  }

  putNotification(name: string, spec: object): Promise<unknown> {
    return this.query("SELECT integratedb.put_notification($1, $2, $3)", [
      this.reporter,
      name,
      spec,
    ]);
  }

  /** Runs the command with something on its standard input. */
  pipe(input: string, ...argv: string[]): Promise<Result> {
    return integratedb(argv, { DATABASE_URL: this.url }, [input]);
  }

  run(...argv: string[]): Promise<Result> {
    return integratedb(argv, { DATABASE_URL: this.url });
  }

  /** Waits until somebody sends a notice (NOTIFY) on that channel. */
  async nextNotice(channel: string): Promise<void> {
    await this.query(`LISTEN ${channel}`);
    await new Promise<void>((resolve) => {
      this.#client.once("notification", () => resolve());
    });
  }

  /** Closes the tests' own connection; the database goes with its server. */
  close(): Promise<void> {
    return this.#client.end();
  }
}
