import { randomBytes } from "node:crypto";
import pg from "pg";
import type { Postgres } from "../postgres.ts";

/** A shop's database, with customers and orders. */
export interface Shop {
  readonly url: string;
  readonly name: string;
  /** Runs a statement as the superuser. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Runs a statement with somebody's credentials. */
  sqlAs(url: string, text: string): Promise<Record<string, unknown>[]>;
}

const tables = `
  create table public.customers (id integer primary key, name text not null, email text);
  create table public.orders (
    id integer primary key, customer integer references public.customers,
    status varchar(20) not null, total numeric(10, 2)
  );
  create table public.invoices (id integer primary key, secret text);
  insert into public.customers values (1, 'Ada', 'ada@example.org');
  insert into public.orders values (1, 1, 'open', 12.50);
`;

/** Makes a database with the tables of the shop. */
export async function withShop(postgres: Postgres): Promise<Shop> {
  const name = `shop_${randomBytes(4).toString("hex")}`;
  const url = await postgres.createDatabase(name);
  const shop: Shop = {
    url,
    name,
    sql: (text, values) => query(url, text, values),
    sqlAs: (other, text) => query(other, text),
  };
  await shop.sql(tables);
  return shop;
}

async function query(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query(text, values);
    return result.rows;
  } finally {
    await client.end();
  }
}
