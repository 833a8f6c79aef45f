import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepReading } from "../../../relay/stream/keep-reading.ts";
import { readChanges } from "../../../relay/stream/reader.ts";
import { type Postgres, postgresVersions, startPostgres } from "../../postgres.ts";
import { TcpProxy } from "../../tcp-proxy.ts";
import { ChangeLog } from "./change-log.ts";
import { PUBLICATION, Shop, until } from "./shop.ts";

/** The server's wal_sender_timeout, in milliseconds. */
const TIMEOUT = 1000;

describe.each(postgresVersions())("links to Postgres %i", (version) => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres(version, { settings: { wal_sender_timeout: `${TIMEOUT}ms` } });
  });
  afterAll(() => server.stop());

  async function withShop(work: (shop: Shop, proxy: TcpProxy) => Promise<void>): Promise<void> {
    const shop = await Shop.open(server, "CREATE TABLE orders (id int PRIMARY KEY, note text)");
    const proxy = await TcpProxy.open(server.port);
    try {
      await work(shop, proxy);
    } finally {
      await proxy.close();
      await shop.close();
    }
  }

  test("a link that is cut ends the reading with IDB4015", () =>
    withShop(async (shop, proxy) => {
      const reading = shop.read({ connection: { connectionString: proxy.through(shop.url) } });
      await reading.started;
      proxy.cut();
      await reading.ended;
      expect(reading.error).toMatchObject({ code: "IDB4015" });
    }));

  test("a link that falls silent is given up after twice the server's time-out", () =>
    withShop(async (shop, proxy) => {
      const reading = shop.read({ connection: { connectionString: proxy.through(shop.url) } });
      await reading.started;
      await sleep(3 * TIMEOUT);
      expect(reading.error).toBeUndefined();
      proxy.silence();
      const silentAt = performance.now();
      await reading.ended;
      const silence = performance.now() - silentAt;
      expect(reading.error).toMatchObject({ code: "IDB4015" });
      expect(silence).toBeGreaterThan(1.4 * TIMEOUT);
      expect(silence).toBeLessThan(4 * TIMEOUT);
    }));

  test("a server that cannot be reached is IDB4015", () =>
    withShop(async (shop, proxy) => {
      proxy.refuse();
      const reading = shop.read({ connection: { connectionString: proxy.through(shop.url) } });
      await reading.ended;
      expect(reading.error).toMatchObject({ code: "IDB4015" });
    }));

  test("a handler that takes longer than the server's time-out loses nothing, and not the link", () =>
    withShop(async (shop) => {
      const log = new ChangeLog();
      const slow = Object.assign(Object.create(log) as ChangeLog, {
        begin: async (...[transaction]: Parameters<ChangeLog["begin"]>) => {
          log.begin(transaction);
          if (log.transactions.length === 1) await sleep(4 * TIMEOUT);
        },
        insert: log.insert.bind(log),
        commit: log.commit.bind(log),
      });
      let starts = 0;
      const reading = shop.read({
        handler: slow,
        confirmed: () => log.confirmed,
        onStart: () => {
          starts += 1;
        },
      });
      await reading.started;
      await shop.sql("INSERT INTO orders VALUES (1)");
      await shop.sql("INSERT INTO orders VALUES (2)");
      await until(() => log.changes.length === 2);
      expect(reading.error).toBeUndefined();
      expect(starts).toBe(1);
      await reading.stop();
    }));

  test("a connection that the server ends is not the end of a reader that keeps reading", () =>
    withShop(async (shop) => {
      const abort = new AbortController();
      const log = new ChangeLog();
      const keeping = keepReading(
        () => readOnce(shop, shop.url, log, abort.signal),
        abort.signal,
        () => undefined,
      );
      await shop.sql("INSERT INTO orders VALUES (1)");
      await until(() => log.changes.length > 0);
      await shop.sql(
        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active_pid IS NOT NULL",
      );
      await shop.sql("INSERT INTO orders VALUES (2)");
      await until(() => log.texts.some((text) => text.includes("id=2")));
      abort.abort();
      await keeping;
    }));

  test("over a link that is cut again and again every change comes, in order, with one id", () =>
    withShop(async (shop, proxy) => {
      const abort = new AbortController();
      const log = new ChangeLog();
      const url = proxy.through(shop.url);
      const keeping = keepReading(
        () => readOnce(shop, url, log, abort.signal),
        abort.signal,
        () => undefined,
      );
      let written = 0;
      for (let cuts = 0; cuts < 6; cuts++) {
        const known = log.changes.length;
        while (written < 100 * (cuts + 1)) {
          await shop.sql(`INSERT INTO orders VALUES (${written++}, repeat('x', 2000))`);
        }
        await until(() => log.changes.length > known);
        proxy.cut();
      }
      await until(() => new Set(log.texts).size === written);
      abort.abort();
      await keeping;
      const idOf = new Map<string, string>();
      for (const { id, text } of log.changes) {
        expect(idOf.get(id) ?? text).toBe(text);
        idOf.set(id, text);
      }
      expect(idOf.size).toBe(written);
      const firsts = [...idOf.values()].map((text) => Number(/id=(\d+)/.exec(text)?.[1]));
      expect(firsts).toEqual(Array.from({ length: written }, (_, id) => id));
    }));

  test("an error of the handler ends the reading, and is not tried again", () =>
    withShop(async (shop) => {
      await shop.sql("INSERT INTO orders VALUES (1)");
      const log = new ChangeLog();
      log.onBegin = () => {
        throw new Error("cannot be handled");
      };
      const keeping = keepReading(
        () => readOnce(shop, shop.url, log, new AbortController().signal),
        new AbortController().signal,
        () => undefined,
      );
      await expect(keeping).rejects.toThrow("cannot be handled");
    }));
});

function readOnce(shop: Shop, url: string, log: ChangeLog, signal: AbortSignal): Promise<void> {
  return readChanges({
    connection: { connectionString: url },
    slot: shop.slot,
    publications: [PUBLICATION],
    handler: log,
    confirmed: () => log.confirmed,
    signal,
  });
}
