import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareSlot, type SlotOptions } from "../../../relay/stream/slot.ts";
import { type Postgres, postgresVersions, startPostgres } from "../../postgres.ts";
import { RelayDatabase } from "./relay-database.ts";
import { PUBLICATION, Reading, Shop, until } from "./shop.ts";

describe.each(postgresVersions())("the slot on Postgres %i", (version) => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres(version, {
      settings: { max_slot_wal_keep_size: "1MB", min_wal_size: "32MB", max_wal_size: "32MB" },
    });
  });
  afterAll(() => server.stop());

  async function withDatabase(work: (database: RelayDatabase) => Promise<void>): Promise<void> {
    const database = await RelayDatabase.open(server);
    try {
      await work(database);
    } finally {
      await database.close();
    }
  }

  const prepare = (database: RelayDatabase, options: Partial<SlotOptions> = {}) =>
    prepareSlot({ ...database.slotOptions, signal: new AbortController().signal, ...options });

  test("is made at the first start, with the registry's revision as of there", () =>
    withDatabase(async (database) => {
      await database.sql("UPDATE integratedb.routing SET revision = 7");
      const start = await prepare(database);
      expect(start?.revision).toBe(7n);
      expect(start?.gap).toBeUndefined();
      const slot = await database.slotRow();
      expect(slot).toMatchObject({ plugin: "pgoutput", slot_type: "logical" });
      if (version >= 17) expect(slot).toMatchObject({ failover: true });
    }));

  test("is the same at the next start", () =>
    withDatabase(async (database) => {
      const first = await prepare(database);
      await database.sql("UPDATE integratedb.routing SET revision = 8");
      expect(await prepare(database)).toEqual(first);
    }));

  test("is made once by two relays that start together", () =>
    withDatabase(async (database) => {
      const [one, other] = await Promise.all([prepare(database), prepare(database)]);
      expect(one).toEqual(other);
      expect(one?.lsn).toBeGreaterThan(0n);
    }));

  test("is made anew when its making was cut off", () =>
    withDatabase(async (database) => {
      await database.makeSlot();
      await database.sql(
        `INSERT INTO integratedb.relay_position VALUES ('${database.slot}', '0/0', 0)`,
      );
      const start = await prepare(database);
      expect(start?.lsn).toBeGreaterThan(0n);
      expect(start?.gap).toBeUndefined();
    }));

  test("waits for transactions that are under way, and not when it is told to stop", () =>
    withDatabase(async (database) => {
      const writer = await database.another();
      await writer.query("BEGIN; CREATE TABLE t ()");
      const abort = new AbortController();
      const preparing = prepare(database, { signal: abort.signal });
      await until(async () => (await database.slotRow()) !== undefined);
      abort.abort();
      expect(await preparing).toBeUndefined();
      await writer.query("ROLLBACK");
      await writer.end();
      expect((await prepare(database))?.lsn).toBeGreaterThan(0n);
    }));

  test.each([
    [
      "of another plug-in",
      "pg_create_logical_replication_slot('NAME', 'test_decoding')",
      /test_decoding/,
    ],
    ["that is physical", "pg_create_physical_replication_slot('NAME')", /physical/],
    [
      "that nobody of ours made",
      "pg_create_logical_replication_slot('NAME', 'pgoutput')",
      /no relay of this database/,
    ],
  ])("is left alone when it is one %s", (_what, call, message) =>
    withDatabase(async (database) => {
      await database.sql(`SELECT ${call.replace("NAME", database.slot)}`);
      await expect(prepare(database)).rejects.toMatchObject({
        code: "IDB4011",
        message: expect.stringMatching(message),
      });
    }),
  );

  test("of another database is left alone", () =>
    withDatabase(async (database) => {
      await prepare(database);
      const other = await RelayDatabase.open(server);
      try {
        await expect(prepare(other, { slot: database.slot })).rejects.toMatchObject({
          code: "IDB4011",
        });
      } finally {
        await other.close();
      }
    }));

  test("is not made without its publications", () =>
    withDatabase(async (database) => {
      await database.sql("DROP PUBLICATION integratedb_insert");
      await expect(prepare(database)).rejects.toMatchObject({
        code: "IDB4012",
        message: expect.stringContaining("integratedb_insert"),
      });
    }));

  test("that is gone stops the relay, which says what was missed and what to do", () =>
    withDatabase(async (database) => {
      const start = await prepare(database);
      await database.sql(`SELECT pg_drop_replication_slot('${database.slot}')`);
      const failure = await prepare(database).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "IDB4010" });
      expect(String(failure)).toContain(await database.position());
      expect(String(failure)).toContain("integratedb relay accept-gap");
      expect(start?.lsn).toBeGreaterThan(0n);
    }));

  test("whose WAL was removed stops the relay, and goes on behind the gap once that is accepted", () =>
    withDatabase(async (database) => {
      const before = await prepare(database);
      await database.outgrowSlot();
      await expect(prepare(database)).rejects.toMatchObject({
        code: "IDB4010",
        message: expect.stringContaining("max_slot_wal_keep_size"),
      });
      await database.sql(`UPDATE integratedb.relay_position SET gap = '{"reason": "accepted"}'`);
      await database.sql("UPDATE integratedb.routing SET revision = 9");
      const after = await prepare(database);
      expect(after?.revision).toBe(9n);
      expect(after?.gap).toEqual({ from: before?.lsn, to: after?.lsn, reason: "accepted" });
      expect(await prepare(database)).toEqual(after);
      await database.sql("UPDATE integratedb.relay_position SET gap = NULL");
      expect((await prepare(database))?.gap).toBeUndefined();
    }));

  test("that another relay reads is waited for, and taken over soon after", () =>
    withDatabase(async (database) => {
      await prepare(database);
      const first = database.read();
      await first.started;
      let waits = 0;
      let isReady = false;
      const second = prepare(database, {
        onWaiting: () => {
          waits += 1;
        },
      }).then(() => {
        isReady = true;
      });
      await sleep(800);
      expect({ waits, isReady }).toEqual({ waits: 1, isReady: false });
      const stoppedAt = performance.now();
      await first.stop();
      await second;
      expect(performance.now() - stoppedAt).toBeLessThan(2000);
    }));

  test("from a time without the publication stops the reader, which passes over nothing", async () => {
    const shop = await Shop.open(server, "CREATE TABLE orders (id int PRIMARY KEY)");
    await shop.sql(`INSERT INTO orders VALUES (1)`);
    await shop.sql(`DROP PUBLICATION ${PUBLICATION}`);
    await shop.sql("INSERT INTO orders VALUES (2)");
    await shop.sql(`CREATE PUBLICATION ${PUBLICATION} FOR ALL TABLES`);
    const reading = shop.read();
    await reading.ended;
    expect(reading.error).toMatchObject({ code: "IDB4017" });
    expect(reading.log.texts).toEqual(["insert public.orders id=1"]);
    await shop.close();
  });

  test("that is dropped before it is read is told by who prepares it next", async () => {
    const shop = await Shop.open(server, "CREATE TABLE orders (id int PRIMARY KEY)");
    const reading = new Reading({ url: shop.url, slot: "nowhere" }, {});
    await reading.ended;
    expect(reading.error).toMatchObject({ code: "IDB4015" });
    await shop.close();
  });

  test("is not prepared by a login without REPLICATION", () =>
    withDatabase(async (database) => {
      await database.sql(
        `CREATE ROLE plain_${database.slot} LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA integratedb TO plain_${database.slot};
         GRANT ALL ON ALL TABLES IN SCHEMA integratedb TO plain_${database.slot}`,
      );
      const name = new URL(database.url).pathname.slice(1);
      const connection = { connectionString: server.url(name, `plain_${database.slot}`, "x") };
      await expect(prepare(database, { connection })).rejects.toMatchObject({ code: "IDB4014" });
    }));

  test("is not looked for where the engine is not installed", async () => {
    const url = await server.createDatabase();
    const preparing = prepareSlot({
      connection: { connectionString: url },
      slot: "nowhere",
      publications: [],
      signal: new AbortController().signal,
    });
    await expect(preparing).rejects.toMatchObject({ code: "IDB1111" });
  });
});

test("a server that does not do logical replication is told from others", async () => {
  const server = await startPostgres(18, { settings: { wal_level: "replica" } });
  try {
    const database = await RelayDatabase.open(server);
    const preparing = prepareSlot({
      ...database.slotOptions,
      signal: new AbortController().signal,
    });
    await expect(preparing).rejects.toMatchObject({ code: "IDB4013" });
    await database.close();
  } finally {
    await server.stop();
  }
});
