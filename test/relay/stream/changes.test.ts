import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../../postgres.ts";
import { Shop } from "./shop.ts";

const tables = `
  CREATE TABLE orders (id int PRIMARY KEY, note text);
  CREATE TABLE lines (id int, note text);
  ALTER TABLE lines REPLICA IDENTITY FULL;
  CREATE TABLE days (day int, note text, PRIMARY KEY (day)) PARTITION BY RANGE (day);
  CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM (0) TO (10);
  CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM (10) TO (20);
  CREATE TABLE moments (id int PRIMARY KEY, at timestamptz, lasts interval, share float8, bytes bytea, big bigint);
  CREATE TABLE stock ("Größe" text PRIMARY KEY, price numeric, blob text);
  ALTER TABLE stock ALTER blob SET STORAGE EXTERNAL;
`;

describe.each(postgresVersions())("changes on Postgres %i", (version) => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres(version, { settings: { max_prepared_transactions: "5" } });
  });
  afterAll(() => server.stop());

  /** What a reader gets of the statements, which are one transaction unless they say otherwise. */
  async function changesOf(statements: string | readonly string[], count: number) {
    const shop = await Shop.open(server, tables);
    const reading = shop.read();
    try {
      for (const each of [statements].flat()) await shop.sql(each);
      await reading.changes(count);
      return reading.log;
    } finally {
      await reading.stop();
      await shop.close();
    }
  }

  test("an insert has every column, NULL where there is none", async () => {
    const { texts } = await changesOf(
      "INSERT INTO orders VALUES (1, 'new'), (2, NULL), (3, '')",
      3,
    );
    expect(texts).toEqual([
      "insert public.orders id=1 note=new",
      "insert public.orders id=2 note=NULL",
      "insert public.orders id=3 note=",
    ]);
  });

  test("an update has no old row, unless the key changed", async () => {
    const { texts } = await changesOf(
      "INSERT INTO orders VALUES (1, 'a'); UPDATE orders SET note = 'b'; UPDATE orders SET id = 2",
      3,
    );
    expect(texts.slice(1)).toEqual([
      "update public.orders id=1 note=b",
      "update public.orders id=1 note=NULL -> id=2 note=b",
    ]);
  });

  test("a delete has the key", async () => {
    const { texts } = await changesOf("INSERT INTO orders VALUES (1, 'a'); DELETE FROM orders", 2);
    expect(texts[1]).toBe("delete public.orders id=1 note=NULL");
  });

  test("under identity full the old row is whole", async () => {
    const { texts } = await changesOf(
      "INSERT INTO lines VALUES (1, 'a'); UPDATE lines SET note = 'b'; DELETE FROM lines",
      3,
    );
    expect(texts.slice(1)).toEqual([
      "update public.lines id=1 note=a -> id=1 note=b",
      "delete public.lines id=1 note=b",
    ]);
  });

  test("a TOASTed value that did not change is marked, and never null", async () => {
    const { texts } = await changesOf(
      [
        "INSERT INTO stock VALUES ('XL', 1.10, repeat('x', 9000))",
        "UPDATE stock SET price = 2.20",
        "UPDATE stock SET blob = NULL",
      ],
      3,
    );
    expect(texts).toEqual([
      "insert public.stock Größe=XL price=1.10 blob=<9000 bytes>",
      "update public.stock Größe=XL price=2.20 blob=UNCHANGED",
      "update public.stock Größe=XL price=2.20 blob=NULL",
    ]);
  });

  test("partitions come under the name of their table", async () => {
    const { texts } = await changesOf(
      "INSERT INTO days VALUES (1, 'a'); UPDATE days SET day = 11; TRUNCATE days",
      4,
    );
    expect(texts).toEqual([
      "insert public.days day=1 note=a",
      "delete public.days day=1 note=NULL",
      "insert public.days day=11 note=a",
      "truncate public.days",
    ]);
  });

  test("a truncate of several tables is one change, with a number for each table", async () => {
    const { texts, changes } = await changesOf(
      "INSERT INTO orders VALUES (1); TRUNCATE orders, lines; INSERT INTO orders VALUES (2)",
      3,
    );
    expect(texts[1]).toMatch(/^truncate public\.(orders, public\.lines|lines, public\.orders)$/);
    expect(changes.map(({ id }) => id.split(":")[1])).toEqual(["0", "1", "3"]);
  });

  test("values have the form that is documented, whatever the login is set to", async () => {
    const shop = await Shop.open(server, tables);
    await shop.sql(
      `ALTER ROLE postgres SET datestyle = 'German, DMY'; ALTER ROLE postgres SET timezone = 'Asia/Tokyo';
       ALTER ROLE postgres SET intervalstyle = 'postgres_verbose'; ALTER ROLE postgres SET extra_float_digits = -5;
       ALTER ROLE postgres SET bytea_output = 'escape'`,
    );
    const reading = shop.read();
    try {
      await shop.sql(
        `INSERT INTO moments VALUES (1, '2026-03-01 12:00:00.123456+02', '1 day 02:00:00.5', 0.1::float8 + 0.2, '\\x00ff', 9007199254740993)`,
      );
      expect(await reading.changes(1)).toEqual([
        "insert public.moments id=1 at=2026-03-01 10:00:00.123456+00 lasts=P1DT2H0.5S share=0.30000000000000004 bytes=\\x00ff big=9007199254740993",
      ]);
    } finally {
      await reading.stop();
      await shop.sql("ALTER ROLE postgres RESET ALL");
      await shop.close();
    }
  });

  test("a table that is altered is described anew where it happened", async () => {
    const { texts } = await changesOf(
      `INSERT INTO orders VALUES (1, 'a'); ALTER TABLE orders ADD paid boolean; INSERT INTO orders VALUES (2, 'b', true);
       ALTER TABLE orders DROP note; ALTER TABLE orders RENAME TO purchases; INSERT INTO purchases VALUES (3, false)`,
      3,
    );
    expect(texts).toEqual([
      "insert public.orders id=1 note=a",
      "insert public.orders id=2 note=b paid=t",
      "insert public.purchases id=3 paid=f",
    ]);
  });

  test("what a savepoint rolled back is not there, and has no number", async () => {
    const { texts, changes } = await changesOf(
      `BEGIN; INSERT INTO orders VALUES (1); SAVEPOINT a; INSERT INTO orders VALUES (2); ROLLBACK TO a;
       SAVEPOINT b; INSERT INTO orders VALUES (3); RELEASE b; INSERT INTO orders VALUES (4); COMMIT`,
      3,
    );
    expect(texts.map((text) => text.split(" ")[2])).toEqual(["id=1", "id=3", "id=4"]);
    expect(changes.map(({ id }) => id.split(":")[1])).toEqual(["0", "1", "2"]);
  });

  test("a transaction in two phases comes where it was committed", async () => {
    const { texts, transactions } = await changesOf(
      [
        "BEGIN",
        "INSERT INTO orders VALUES (1)",
        "PREPARE TRANSACTION 'a'",
        "INSERT INTO orders VALUES (2)",
        "COMMIT PREPARED 'a'",
        "BEGIN",
        "INSERT INTO orders VALUES (3)",
        "PREPARE TRANSACTION 'b'",
        "ROLLBACK PREPARED 'b'",
        "INSERT INTO orders VALUES (4)",
      ],
      3,
    );
    expect(texts.map((text) => text.split(" ")[2])).toEqual(["id=2", "id=1", "id=4"]);
    const lsns = transactions.map(({ commitLsn }) => commitLsn);
    expect(lsns).toEqual(lsns.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  test("a transaction has its time and its id", async () => {
    const before = Date.now();
    const { transactions } = await changesOf("INSERT INTO orders VALUES (1)", 1);
    const last = transactions.at(-1);
    expect(last?.committedAt).toBeGreaterThan(before - 1000);
    expect(last?.committedAt).toBeLessThan(Date.now() + 1000);
    expect(last?.xid).toBeGreaterThan(700);
  });

  test("a row of 50 MB comes whole, and the rows after it", async () => {
    const { texts } = await changesOf(
      "INSERT INTO orders SELECT 1, repeat(md5('x'), 50 * 32768); INSERT INTO orders VALUES (2, 'small')",
      2,
    );
    expect(texts).toEqual([
      `insert public.orders id=1 note=<${50 * 2 ** 20} bytes>`,
      "insert public.orders id=2 note=small",
    ]);
  });
});
