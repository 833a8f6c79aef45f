import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseLsn } from "../../../relay/stream/lsn.ts";
import { type Postgres, postgresVersions, startPostgres } from "../../postgres.ts";
import { TcpProxy } from "../../tcp-proxy.ts";
import { Shop, until } from "./shop.ts";

/** How many transactions are to be adjacent in part; 100,000 is what the relay is held to. */
const transactions = Number(process.env["INTEGRATEDB_TEST_TRANSACTIONS"] || 10_000);
const writers = 16;
/** Milliseconds from one start of the reader to its end; a start decodes again what was not confirmed. */
const restartEvery = transactions > 20_000 ? 1000 : 200;

describe.each(postgresVersions())("what Postgres %i is told", (version) => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres(version);
  });
  afterAll(() => server.stop());

  async function withShop(work: (shop: Shop) => Promise<void>): Promise<void> {
    const shop = await Shop.open(server, "CREATE TABLE orders (id int PRIMARY KEY, note text)");
    try {
      await work(shop);
    } finally {
      await shop.close();
    }
  }

  test(`of ${transactions} transactions of ${writers} writers none is lost, wherever the reader is stopped or cut off`, () =>
    withShop(async (shop) => {
      const proxy = await TcpProxy.open(server.port);
      const connection = { connectionString: proxy.through(shop.url) };
      const seen = new Set<string>();
      let isWritten = false;
      const writing = writeOrders(shop, transactions).then(() => {
        isWritten = true;
      });
      for (let round = 0; seen.size < transactions; round++) {
        const reading = shop.read({ connection });
        const isDone = () =>
          reading.error !== undefined ||
          new Set([...seen, ...reading.log.texts]).size === transactions;
        await (isWritten ? until(isDone) : Promise.race([sleep(restartEvery), reading.ended]));
        if (round % 2 === 0) await reading.stop();
        else proxy.cut();
        await reading.ended;
        for (const text of reading.log.texts) seen.add(text);
      }
      await writing;
      await proxy.close();
    }));

  test("a transaction whose commit touches the one that was confirmed last comes again", () =>
    withShop(async (shop) => {
      await writeOrders(shop, 3000);
      const all = shop.read({ confirmed: () => 0n });
      await all.changes(3000);
      await all.stop();
      const { transactions: read, ends } = all.log;
      const adjacent = read.flatMap(({ commitLsn }, place) =>
        ends[place - 1] === commitLsn ? [commitLsn] : [],
      );
      expect(adjacent.length).toBeGreaterThan(0);
      for (const commitLsn of adjacent.slice(0, 10)) {
        const confirmed = () => commitLsn;
        const upTo = shop.read({ confirmed });
        await upTo.changes(1);
        await upTo.stop();
        const behind = shop.read({ confirmed });
        await behind.changes(1);
        await behind.stop();
        expect(behind.log.transactions[0]?.commitLsn).toBe(commitLsn);
      }
    }));

  test("it is what was confirmed, to the byte, when the reading ends", () =>
    withShop(async (shop) => {
      const reading = shop.read();
      await shop.sql("INSERT INTO orders VALUES (1)");
      await reading.changes(1);
      const end = reading.log.confirmed;
      await reading.stop();
      expect(parseLsn(await shop.confirmedLsn())).toBe(end);
    }));

  test("nothing is confirmed that is not durable, however long it takes", () =>
    withShop(async (shop) => {
      let durable = 0n;
      const before = parseLsn(await shop.confirmedLsn());
      const reading = shop.read({ confirmed: () => durable });
      await shop.sql("INSERT INTO orders VALUES (1)");
      await reading.changes(1);
      const first = reading.log.confirmed;
      await shop.sql("INSERT INTO orders VALUES (2)");
      await reading.changes(2);
      await sleep(2500);
      const told = parseLsn(await shop.confirmedLsn());
      expect(told).toBeGreaterThanOrEqual(before);
      expect(told).toBeLessThan(first);
      durable = first;
      await until(async () => parseLsn(await shop.confirmedLsn()) === first);
      await reading.stop();
      const again = shop.read();
      expect(await again.changes(1)).toEqual(["insert public.orders id=2 note=NULL"]);
      await again.stop();
    }));

  test("a slot whose tables are quiet moves on with what others write", () =>
    withShop(async (shop) => {
      const busy = await server.createDatabase();
      const client = new pg.Client({ connectionString: busy });
      await client.connect();
      await client.query("CREATE TABLE noise (text text)");
      const reading = shop.read();
      await reading.started;
      const { rows } = await client.query<{ lsn: string }>(
        "INSERT INTO noise SELECT repeat('x', 100) FROM generate_series(1, 10000) RETURNING pg_current_wal_lsn() AS lsn",
      );
      const written = parseLsn(String(rows.at(-1)?.lsn));
      await until(async () => parseLsn(await shop.confirmedLsn()) >= written);
      await client.end();
      await reading.stop();
      expect(reading.log.changes).toEqual([]);
    }));

  test("a slot with something under way does not move on with what others write", () =>
    withShop(async (shop) => {
      const reading = shop.read({ confirmed: () => 0n });
      await shop.sql("INSERT INTO orders VALUES (1)");
      await reading.changes(1);
      const start = reading.log.transactions[0]?.commitLsn ?? 0n;
      for (let round = 0; round < 20; round++) {
        await shop.sql("SELECT pg_logical_emit_message(false, 'noise', repeat('x', 10000))");
        await sleep(100);
      }
      await reading.stop();
      expect(parseLsn(await shop.confirmedLsn())).toBeLessThanOrEqual(start);
    }));

  test("the signal waits for what drains, and then the server knows of it", () =>
    withShop(async (shop) => {
      let durable = 0n;
      const reading = shop.read({
        confirmed: () => durable,
        drain: async () => {
          await sleep(300);
          durable = reading.log.confirmed;
        },
      });
      await shop.sql("INSERT INTO orders VALUES (1)");
      await reading.changes(1);
      await reading.stop();
      expect(parseLsn(await shop.confirmedLsn())).toBe(reading.log.confirmed);
    }));
});

/** So many transactions of one row each, from several connections at once. */
async function writeOrders(shop: Shop, count: number): Promise<void> {
  let next = 0;
  const write = async () => {
    const client = await shop.another();
    for (let id = next++; id < count; id = next++) {
      await client.query(`INSERT INTO orders VALUES (${id})`);
    }
    await client.end();
  };
  await Promise.all(Array.from({ length: writers }, write));
}
