import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { columns, EngineDatabase, failure } from "./engine-database.ts";

describe.each(postgresVersions())("validation at commit on Postgres %i (F2)", (version) => {
  let postgres: Postgres;
  let shop: EngineDatabase;
  let owner: pg.Client;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());

  beforeEach(async () => {
    shop = await EngineDatabase.create(postgres, { enforce: "commit" });
    owner = shop.owner;
    await owner.query("create table orders (id int primary key, status text, note text)");
    await owner.query("select integratedb.put_stakeholder('reporter')");
    await owner.query("select integratedb.put_claim('reporter', 'orders', $1)", [
      columns("public.orders", "id", "status"),
    ]);
    return () => shop.close();
  });

  test("a migration that never calls the validation is refused when it commits", async () => {
    const error = await failure(owner.query("alter table orders drop column status"));
    expect(error.code).toBe("P0001");
    expect(error.message).toContain("reporter (claim orders) needs public.orders.status");
    expect((await owner.query("select status from orders")).rows).toEqual([]);
  });

  test("what comes after the call is validated too", async () => {
    await owner.query("begin");
    await owner.query("alter table orders add column total int");
    await owner.query("select integratedb_validate_migration()");
    await owner.query("drop table orders");
    expect((await failure(owner.query("commit"))).code).toBe("P0001");
  });

  test("only the final state of a transaction counts", async () => {
    await owner.query("begin");
    await owner.query("drop table orders");
    await owner.query("create table orders (id int primary key, status text)");
    await owner.query("commit");
    await owner.query("set role reporter");
    expect((await owner.query("select id, status from orders")).rows).toEqual([]);
    await owner.query("reset role");
  });

  test("a rolled back savepoint leaves nothing to refuse", async () => {
    await owner.query("begin");
    await owner.query("savepoint before");
    await owner.query("drop table orders");
    await owner.query("rollback to savepoint before");
    await owner.query("create table customers (id int)");
    await owner.query("commit");
  });

  test("changes of the registry are no migrations, even while a claim is unmet", async () => {
    await owner.query("select integratedb.enforce_commit(false)");
    await owner.query("alter table orders drop column status");
    await owner.query("select integratedb.enforce_commit(true)");
    await owner.query("select integratedb.put_stakeholder('auditor')");
    await owner.query("select integratedb.put_claim('auditor', 'orders', $1)", [
      columns("public.orders"),
    ]);
    await owner.query("select integratedb.delete_stakeholder('auditor')");
    expect((await failure(owner.query("create table customers (id int)"))).code).toBe("P0001");
  });

  test("it can be turned off again", async () => {
    await owner.query("select integratedb.enforce_commit(false)");
    await owner.query("alter table orders drop column status");
    expect((await owner.query("select * from integratedb_unmet_claims()")).rows).toHaveLength(1);
  });
});
