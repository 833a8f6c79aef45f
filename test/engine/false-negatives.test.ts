import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { columns, EngineDatabase, failure } from "./engine-database.ts";

describe.each(postgresVersions())("the verdict on Postgres %i", (version) => {
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
    await owner.query("create schema sales");
    await owner.query(
      "create table sales.orders (id int primary key, status varchar(20), note text)",
    );
    await owner.query("select integratedb.put_stakeholder('reporter')");
    return async () => {
      for (const name of ["reporter", "publisher"]) {
        await owner.query("select integratedb.delete_stakeholder($1, '{\"cascade\": true}')", [
          name,
        ]);
      }
      await shop.close();
    };
  });

  const put = (spec: string, claim = "orders") =>
    owner.query("select integratedb.put_claim('reporter', $1, $2)", [claim, spec]);
  const refusal = () => failure(owner.query("select integratedb_validate_migration()"));

  test("is not talked round by a change of policy (K10, K11)", async () => {
    await put(columns("sales.orders", "status"));
    await put(columns("sales.orders"), "all");
    await owner.query("alter table sales.orders alter status type varchar(5), drop column note");
    await owner.query('select integratedb.set_policy(\'{"sensitive": ["sales.other.secret"]}\')');
    const { message } = await refusal();
    expect(message).toContain("needs sales.orders.status varchar(20)");
    expect(message).toContain("needs sales.orders.note text");
  });

  test("counts a table that was claimed and dropped before anything was validated", async () => {
    await put('{"match": [{"path": "sales.*", "fields": ["*"]}]}', "all");
    await owner.query("create table sales.fresh (id int)");
    await put(columns("sales.fresh"), "fresh");
    await owner.query("drop table sales.fresh");
    expect((await refusal()).message).toContain("(claim fresh) needs sales.fresh");
  });

  test("gives a schema's USAGE back that a migration revoked (F8)", async () => {
    await put(columns("sales.orders", "id"));
    await owner.query("revoke usage on schema sales from reporter");
    await owner.query("select integratedb_validate_migration()");
    await owner.query("set role reporter");
    await owner.query("select id from sales.orders");
    await owner.query("reset role");
  });

  test("does not depend on the settings of the session", async () => {
    await owner.query(
      "create domain sales.recent as timestamptz check (value >= '2020-01-01 00:00+00'::timestamptz)",
    );
    await owner.query("create table sales.events (id int, at sales.recent)");
    await owner.query("set timezone = 'UTC'");
    await put(columns("sales.events", "at"), "events");
    for (const setting of [
      "timezone = 'Asia/Tokyo'",
      "datestyle = 'German'",
      "quote_all_identifiers = on",
    ]) {
      await owner.query(`set ${setting}`);
      await owner.query("alter table sales.events alter id type bigint");
      await owner.query("select integratedb_validate_migration()");
      await owner.query("alter table sales.events alter id type int");
    }
  });

  test("refuses to delete or rename a stakeholder whose schema another one claims", async () => {
    await owner.query("select integratedb.put_stakeholder('publisher')");
    await owner.query("create table publisher.summary (id int)");
    await put(columns("publisher.summary", "id"), "summary");
    for (const sql of [
      "select integratedb.delete_stakeholder('publisher', '{\"cascade\": true}')",
      "select integratedb.rename_stakeholder('publisher', 'press')",
    ]) {
      const error = await failure(owner.query(sql));
      expect(error.detail).toBe("IDB2001");
      expect(error.message).toContain("reporter (claim summary) needs publisher.summary");
    }
    await owner.query("select integratedb.delete_claim('reporter', 'summary')");
  });

  test("refuses a policy that denies a table which a claim names", async () => {
    await put(columns("sales.orders"));
    const error = await failure(
      owner.query(
        'select integratedb.set_policy(\'{"rules": [{"effect": "deny", "path": "sales.orders"}]}\')',
      ),
    );
    expect(error.detail).toBe("IDB2009");
  });

  test("refuses a policy of row security that plainly lets no row through (F24)", async () => {
    await put(columns("sales.orders", "id"));
    await owner.query("alter table sales.orders enable row level security");
    await owner.query("create policy p on sales.orders for select to reporter using (true)");
    await owner.query("select integratedb_validate_migration()");
    await owner.query("alter policy p on sales.orders using (false)");
    expect((await refusal()).message).toContain("row level security");
  });

  test("refuses a view that may no longer read what it is made of", async () => {
    await owner.query("create view sales.open_orders as select id from sales.orders");
    await put(columns("sales.open_orders", "id"));
    await owner.query("create role nobody_special");
    await owner.query("grant create, usage on schema sales to nobody_special");
    await owner.query("alter view sales.open_orders owner to nobody_special");
    expect((await refusal()).message).toContain("needs sales.open_orders: the view may not read");
    await owner.query("grant select on sales.orders to nobody_special");
    await owner.query("select integratedb_validate_migration()");
    if (version >= 15) {
      await owner.query("alter view sales.open_orders set (security_invoker = on)");
      expect((await refusal()).message).toContain("needs sales.open_orders: the view may not read");
      await put(columns("sales.orders", "id"), "base");
      await owner.query("select integratedb_validate_migration()");
    }
    await owner.query("drop owned by nobody_special cascade");
    await owner.query("drop role nobody_special");
  });
});
