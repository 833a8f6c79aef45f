import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../../postgres.ts";
import { randomTransactions } from "./random-transactions.ts";
import { Shop, until } from "./shop.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const tables = "CREATE TABLE orders (id int PRIMARY KEY, note text)";

/** More than the server keeps to itself before it sends, with the settings below. */
const many = (from: number, count = 2000) =>
  `INSERT INTO orders SELECT id, repeat('x', 190) FROM generate_series(${from}, ${from + count - 1}) id`;

describe.each(postgresVersions())(
  "transactions sent before they commit, on Postgres %i",
  (version) => {
    let server: Postgres;
    beforeAll(async () => {
      server = await startPostgres(version, {
        settings: { logical_decoding_work_mem: "64kB", max_prepared_transactions: "5" },
      });
    });
    afterAll(() => server.stop());

    /**
     * Reads the same three times: while it happens, afterwards in pieces, and afterwards in one piece;
     * the pieces must be pieces.
     */
    async function readEachWay(shop: Shop, statements: readonly string[], count: number) {
      const pieces = { spilled: 0 };
      const confirmed = () => 0n;
      const live = shop.read({ confirmed });
      await live.started;
      for (const each of statements) await shop.sql(each);
      await live.changes(count);
      await live.stop();
      const streamed = shop.read({
        confirmed,
        onStart: (progress) => {
          streamed.log.onBegin = () => {
            pieces.spilled = Math.max(pieces.spilled, progress.spilledBytes);
          };
        },
      });
      await streamed.changes(count);
      await streamed.stop();
      const whole = shop.read({ confirmed, streaming: false });
      await whole.changes(count);
      await whole.stop();
      expect(pieces.spilled).toBeGreaterThan(0);
      return { live: live.log, streamed: streamed.log, whole: whole.log };
    }

    test.each([
      [
        "plain",
        `BEGIN; ${many(0)}; UPDATE orders SET id = id + 10000; DELETE FROM orders WHERE id < 10100; COMMIT`,
        4100,
      ],
      [
        "a savepoint that is rolled back",
        `BEGIN; ${many(0)}; SAVEPOINT a; ${many(5000)}; ROLLBACK TO a; ${many(7000)}; COMMIT`,
        4000,
      ],
      [
        "a savepoint that is released",
        `BEGIN; SAVEPOINT a; ${many(0)}; RELEASE a; ${many(7000)}; COMMIT`,
        4000,
      ],
      [
        "savepoints within one that is rolled back",
        `BEGIN; SAVEPOINT a; ${many(0)}; SAVEPOINT b; ${many(2000)}; RELEASE b; SAVEPOINT c; ${many(4000)}; ROLLBACK TO a; ${many(6000)}; SAVEPOINT d; ${many(8000)}; COMMIT`,
        4000,
      ],
      [
        "all rolled back but the last row",
        `BEGIN; SAVEPOINT a; ${many(0)}; ROLLBACK TO a; INSERT INTO orders VALUES (1, 'last'); COMMIT`,
        1,
      ],
      [
        "a table that is altered",
        `BEGIN; ${many(0)}; ALTER TABLE orders ADD paid boolean; ${many(3000)}; SAVEPOINT a; ALTER TABLE orders ADD lost int; ${many(6000)}; ROLLBACK TO a; ${many(9000)}; COMMIT`,
        6000,
      ],
      ["a truncate", `BEGIN; ${many(0)}; TRUNCATE orders; ${many(0)}; COMMIT`, 4001],
      [
        "two phases",
        `BEGIN; ${many(0)}; PREPARE TRANSACTION 'large'; INSERT INTO orders VALUES (-1); COMMIT PREPARED 'large'`,
        2001,
      ],
    ])("%s: nobody can tell that it was sent in pieces", async (_what, statements, count) => {
      const shop = await Shop.open(server, tables);
      try {
        const { live, streamed, whole } = await readEachWay(shop, statements.split("; "), count);
        expect(whole.changes.length).toBe(count);
        expect(streamed.changes).toEqual(whole.changes);
        expect(streamed.transactions).toEqual(whole.transactions);
        expect(live.changes).toEqual(whole.changes);
      } finally {
        await shop.close();
      }
    });

    test.each([1, 2, 3, 4])(
      "savepoints at random, seed %i: nobody can tell either",
      async (seed) => {
        const { statements, count } = randomTransactions(seed);
        const shop = await Shop.open(server, tables);
        try {
          const { live, streamed, whole } = await readEachWay(shop, statements, count);
          expect(whole.changes.length).toBe(count);
          expect(streamed.changes).toEqual(whole.changes);
          expect(live.changes).toEqual(whole.changes);
        } finally {
          await shop.close();
        }
      },
    );

    test("nothing of a transaction is handed on before it commits, and nothing if it does not", async () => {
      const shop = await Shop.open(server, tables);
      const folder = await temporaryFolder();
      let spilled = () => 0;
      const reading = shop.read({
        spillFolder: folder,
        onStart: (progress) => {
          spilled = () => progress.spilledBytes;
        },
      });
      try {
        await reading.started;
        await shop.sql("BEGIN");
        await shop.sql(many(0));
        await until(() => spilled() > 100_000);
        expect(await readdir(folder)).toEqual([]);
        expect(reading.log.changes).toEqual([]);
        await shop.sql("ROLLBACK");
        await until(() => spilled() === 0);
        await shop.sql("INSERT INTO orders VALUES (1, 'after')");
        expect(await reading.changes(1)).toEqual(["insert public.orders id=1 note=after"]);
      } finally {
        await reading.stop();
        await shop.close();
      }
    });

    test("two at once are kept apart, and come in the order of their commits", async () => {
      const shop = await Shop.open(server, tables);
      const second = await shop.another();
      const reading = shop.read();
      try {
        await shop.sql(`BEGIN; ${many(0)}`);
        await second.query(`BEGIN; ${many(10_000)}`);
        await shop.sql(`${many(2000)}`);
        await second.query(`${many(12_000)}; COMMIT`);
        await shop.sql("COMMIT");
        const texts = await reading.changes(8000);
        const ids = texts.map((text) => Number(/id=(\d+)/.exec(text)?.[1]));
        expect(ids).toEqual([...range(10_000, 4000), ...range(0, 4000)]);
      } finally {
        await second.end();
        await reading.stop();
        await shop.close();
      }
    });

    test("with a spill folder that cannot be written the reading ends with IDB4018", async () => {
      const shop = await Shop.open(server, tables);
      const reading = shop.read({ spillFolder: "/nowhere" });
      try {
        await reading.ended;
        expect(reading.error).toMatchObject({ code: "IDB4018" });
      } finally {
        await shop.close();
      }
    });
  },
);

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
