import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { failure } from "./engine-database.ts";
import { NotifiedShop, notify } from "./notified-shop.ts";

const many = Array.from({ length: 20 }, (_, i) => i);

describe.each(postgresVersions())("notifications at the same time, on Postgres %i", (version) => {
  let postgres: Postgres;
  let shop: NotifiedShop;
  let owner: pg.Client;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    shop = await NotifiedShop.open(postgres);
    owner = shop.owner;
    return () => shop.close();
  });

  /** How many inserts each transaction of the stream has, for those that have any. */
  const insertsInStream = async (): Promise<number[]> => {
    const { rows } = await owner.query<{ inserts: number }>(
      `select count(*)::int as inserts from pg_logical_slot_get_binary_changes('s', null, null,
         'proto_version', '1', 'publication_names', 'integratedb,integratedb_insert')
       where get_byte(data, 0) = ascii('I') group by xid order by 1`,
    );
    return rows.map((row) => row.inserts);
  };

  test("20 programs put and delete notifications on one table without an error (G1)", async () => {
    const clients = await Promise.all(many.map(() => shop.database.connect()));
    await Promise.all(
      clients.map(async (client, i) => {
        for (const fields of [["id"], ["id", "status"], ["total"]]) {
          await shop.put(`n${i}`, notify("public.orders", fields), client);
        }
        if (i % 2 === 0) {
          await client.query("select integratedb.delete_notification('reporter', $1)", [`n${i}`]);
        }
      }),
    );
    expect(await shop.routes()).toHaveLength(10);
    expect(await shop.revision()).toBe(70);
  });

  test("a writer that is open when a notification is put is waited for: no transaction is told in part", async () => {
    await owner.query("select integratedb.obtain_publications()");
    await owner.query("select pg_create_logical_replication_slot('s', 'pgoutput')");
    const writer = await shop.database.connect();
    await writer.query("begin");
    await writer.query("insert into orders values (1)");
    const putting = shop.put("n", notify("public.orders", ["id"]));
    await expect
      .poll(async () => {
        const { rows } = await writer.query(
          "select count(*)::int as waiting from pg_locks where not granted and relation = 'orders'::regclass",
        );
        return rows[0].waiting;
      })
      .toBe(1);
    await writer.query("insert into orders values (2)");
    await writer.query("commit");
    await putting;
    await writer.query("insert into orders values (3), (4)");
    expect(await insertsInStream()).toEqual([2]);
    await owner.query("select pg_drop_replication_slot('s')");
  });

  test("a writer that stays open is not held up for long: putting fails with 40001", async () => {
    const writer = await shop.database.connect();
    await writer.query("begin");
    await writer.query("insert into orders values (1)");
    const error = await failure(shop.put("n", notify("public.orders", ["id"])));
    expect(error).toMatchObject({ code: "40001", detail: "IDB1109" });
    await writer.query("insert into orders values (2)");
    await writer.query("commit");
    await shop.put("n", notify("public.orders", ["id"]));
  });

  test("another subscriber of what is published already waits for no writer", async () => {
    await shop.put("a", notify("public.orders", ["id", "status"]));
    const writer = await shop.database.connect();
    await writer.query("begin");
    await writer.query("insert into orders values (1)");
    await shop.put("b", notify("public.orders", ["id"]));
    await owner.query("select integratedb.delete_notification('reporter', 'a')");
    await writer.query("commit");
  });

  test("a long vacuum, or an index that is built concurrently, is waited for", async () => {
    const other = await shop.database.connect();
    await other.query("begin");
    await other.query("lock table orders in share update exclusive mode");
    const putting = shop.put("n", notify("public.orders", ["id"]));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await other.query("commit");
    await putting;
  });

  test("a migration that is being prepared waits for a change of the registry, however long it takes", async () => {
    await shop.put("n", notify("public.orders", ["status"]));
    const other = await shop.database.connect();
    await owner.query("begin");
    await shop.put("n", notify("public.orders", ["id"]));
    const preparing = other.query("select integratedb_prepare_migration() as opened");
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await owner.query("commit");
    expect((await preparing).rows[0].opened).toBe(version >= 15 ? 1 : 0);
  });

  test("a notification that is put while a migration is open is judged by it (F5)", async () => {
    const migration = await shop.database.connect();
    await migration.query("begin");
    await migration.query("create table other (id int)");
    await shop.put("n", notify("public.orders", ["id"]));
    await migration.query("alter table orders drop constraint orders_pkey");
    const error = await failure(migration.query("select integratedb_validate_migration()"));
    expect(error).toMatchObject({ code: "P0001", detail: "IDB2112" });
    await migration.query("rollback");
  });

  test("a migration on a snapshot from before a notification fails with 40001 (F26)", async () => {
    const migration = await shop.database.connect();
    await migration.query("begin isolation level repeatable read");
    await migration.query("select count(*) from orders");
    await shop.put("n", notify("public.orders", ["id"]));
    await migration.query("alter table orders drop constraint orders_pkey");
    const error = await failure(migration.query("select integratedb_validate_migration()"));
    expect(error.code).toBe("40001");
    await migration.query("rollback");
  });

  test("the revision stands in the stream where the routes changed", async () => {
    await owner.query("select integratedb.obtain_publications()");
    await owner.query("select pg_create_logical_replication_slot('s', 'pgoutput')");
    await shop.put("n", notify("public.orders", ["id"]));
    await owner.query("insert into orders values (1)");
    await shop.put("n", notify("public.orders", ["status"]));
    const { rows } = await owner.query<{ kind: string }>(
      `select chr(get_byte(data, 0)) as kind from pg_logical_slot_get_binary_changes('s', null, null,
         'proto_version', '1', 'publication_names', 'integratedb,integratedb_insert')`,
    );
    const changes = rows.map((row) => row.kind).filter((kind) => "IUD".includes(kind));
    expect(changes).toEqual(["U", "I", "U"]);
    await owner.query("select pg_drop_replication_slot('s')");
  });
});
