import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { install } from "../../sql/index.ts";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { columns, EngineDatabase, failure } from "./engine-database.ts";

const many = Array.from({ length: 20 }, (_, i) => i);

describe.each(postgresVersions())("at the same time, on Postgres %i", (version) => {
  let postgres: Postgres;
  let shop: EngineDatabase;
  let owner: pg.Client;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());

  beforeEach(async () => {
    shop = await EngineDatabase.create(postgres);
    owner = shop.owner;
    await owner.query("create table orders (id int primary key, status text, note text)");
    return () => shop.close();
  });

  const put = (client: pg.Client, stakeholder: string, ...fields: string[]) =>
    client.query("select integratedb.put_claim($1, 'orders', $2)", [
      stakeholder,
      columns("public.orders", ...fields),
    ]);

  test("20 programs install the engine without an error (G9)", async () => {
    const url = await postgres.createDatabase();
    const clients = await Promise.all(many.map(() => shop.connect(url)));
    const results = await Promise.all(clients.map((client) => install(client)));
    expect(results.filter((result) => result.changed)).toHaveLength(1);
  });

  test("20 programs change claims on the same table without an error (G1)", async () => {
    const clients = await Promise.all(many.map(() => shop.connect()));
    await Promise.all(
      clients.map(async (client, i) => {
        await client.query("select integratedb.put_stakeholder($1)", [`team${i}`]);
        for (let round = 0; round < 5; round++) {
          await put(client, `team${i}`, ...(round % 2 === 0 ? ["id", "status"] : ["id", "note"]));
        }
      }),
    );
    const granted = await owner.query(
      `select count(*)::int as columns from pg_attribute a cross join lateral aclexplode(a.attacl) e
       join pg_roles r on r.oid = e.grantee
       where a.attrelid = 'orders'::regclass and r.rolname like 'team%'`,
    );
    expect(granted.rows[0].columns).toBe(40);
    for (const i of many)
      await owner.query("select integratedb.delete_stakeholder($1)", [`team${i}`]);
  });

  describe("a claim put while a migration is open", () => {
    let migration: pg.Client;

    beforeEach(async () => {
      migration = await shop.connect();
      await owner.query("select integratedb.put_stakeholder('reporter')");
      return () => owner.query("select integratedb.delete_stakeholder('reporter')");
    });

    test("is not missed by the migration that has not validated yet (F5)", async () => {
      await migration.query("begin");
      await migration.query("create table archive as select * from orders");
      await put(owner, "reporter", "status");
      await migration.query("alter table orders drop column status");
      const error = await failure(migration.query("select integratedb_validate_migration()"));
      expect(error.message).toContain("reporter (claim orders) needs public.orders.status");
      await migration.query("rollback");
    });

    test("waits for the migration that has validated, and sees what it did (F5)", async () => {
      await migration.query("begin");
      await migration.query("alter table orders drop column note");
      await migration.query("select integratedb_validate_migration()");
      const waiting = failure(put(owner, "reporter", "note"));
      await expect
        .poll(async () => {
          const { rows } = await migration.query(
            "select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted",
          );
          return rows[0].waiting;
        })
        .toBe(1);
      await migration.query("commit");
      expect((await waiting).message).toContain("public.orders has no column note");
    });

    test.each(["repeatable read", "serializable"])(
      "makes a migration in %s fail with 40001 instead of passing on an old snapshot (F26)",
      async (isolation) => {
        await migration.query(`begin isolation level ${isolation}`);
        await migration.query("select count(*) from orders");
        await put(owner, "reporter", "status");
        await migration.query("alter table orders drop column status");
        const error = await failure(migration.query("select integratedb_validate_migration()"));
        expect(error.code).toBe("40001");
        await migration.query("rollback");
      },
    );

    test("passes in repeatable read when the claim is older than the snapshot (F26)", async () => {
      await put(owner, "reporter", "status");
      await migration.query("begin isolation level repeatable read");
      await migration.query("alter table orders drop column note");
      await migration.query("select integratedb_validate_migration()");
      await migration.query("commit");
    });
  });

  test("a reader never fails on the columns that stay while its claim changes", async () => {
    await owner.query("select integratedb.put_stakeholder('reader')");
    await put(owner, "reader", "id", "status");
    await owner.query("create role reading_app login password 'app' in role reader");
    const reader = await shop.connect(shop.url.replace(/\/\/[^@]+@/, "//reading_app:app@"));
    let changing = true;
    let reads = 0;
    const reading = (async () => {
      while (changing) {
        await reader.query("select id from orders");
        reads++;
      }
    })();
    const changes = ["note", "status", ""].flatMap((field) => [field, "status", "note"]);
    for (const field of [...changes, ...changes, ...changes]) {
      await put(owner, "reader", ...(field === "" ? [] : ["id", field]));
    }
    changing = false;
    await reading;
    expect(reads).toBeGreaterThan(20);
    await owner.query("drop role reading_app");
    await owner.query("select integratedb.delete_stakeholder('reader')");
  });
});
