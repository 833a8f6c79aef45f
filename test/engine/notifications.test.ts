import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { hook, NotifiedShop, notify } from "./notified-shop.ts";

const all = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"];

describe.each(postgresVersions())("notifications on Postgres %i", (version) => {
  let postgres: Postgres;
  let shop: NotifiedShop;
  /** Lists of columns and filters of rows are of PostgreSQL 15 and later. */
  const narrow = <T>(value: T) => (version >= 15 ? value : null);

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    shop = await NotifiedShop.open(postgres);
    return () => shop.close();
  });

  const run = (sql: string, values: unknown[] = []) => shop.owner.query(sql, values);
  const answer = async (sql: string) => Object.values((await run(sql)).rows[0])[0];
  const unmet = async () =>
    (await run("select claim, path, field, problem, message from integratedb_unmet_claims()")).rows;

  describe("putting", () => {
    test("makes one route for each channel, and says that it is new", async () => {
      const spec = {
        match: [
          { path: "public.orders", fields: ["id", "status"], channels: ["hook"] },
          { path: "public.log", events: ["INSERT"], fields: ["*"] },
        ],
        channels: { hook, live: { type: "socket" } },
      };
      const { rows } = await run(
        "select integratedb.put_notification('reporter', 'n', $1) as put",
        [spec],
      );
      expect(rows[0].put).toMatchObject({ created: true, problems: [] });
      expect(await shop.routes()).toMatchObject([
        {
          table_name: "log",
          channel: "hook",
          events: ["INSERT"],
          columns: ["at", "line"],
          condition: null,
        },
        { table_name: "log", channel: "live", events: ["INSERT"] },
        { table_name: "orders", channel: "hook", events: all, columns: ["id", "status"] },
      ]);
      const again = await run("select integratedb.put_notification('reporter', 'n', $1) as put", [
        spec,
      ]);
      expect(again.rows[0].put.created).toBe(false);
    });

    test("bumps the revision once for what changes, and not for what stays", async () => {
      await shop.put("n", notify("public.orders", ["id"]));
      const before = await shop.revision();
      await shop.put("n", notify("public.orders", ["id"]));
      await shop.claim("more", "public.orders", "id");
      await shop.migrate("alter table orders add column unrelated int");
      expect(await shop.revision()).toBe(before);
      await shop.put("n", notify("public.orders", ["id", "status"]));
      expect(await shop.revision()).toBe(before + 1);
    });

    test("keeps the id of a channel that keeps its name, and retires one that goes", async () => {
      await run(
        "insert into integratedb.relay_position (slot_name, lsn, revision) values ('s', '0/1', 0)",
      );
      await shop.put("n", {
        ...(notify("public.orders", ["id"]) as object),
        channels: { hook, live: { type: "socket" } },
      });
      const before = await shop.routes();
      await shop.put("n", {
        ...(notify("public.orders", ["id"]) as object),
        channels: { hook: { ...hook, url: "https://other.test/" } },
      });
      const after = await shop.routes();
      expect(after).toMatchObject([{ channel: "hook", config: { url: "https://other.test/" } }]);
      expect(after[0]?.channel_id).toBe(
        before.find((route) => route.channel === "hook")?.channel_id,
      );
      expect(
        (await run("select name, retired from integratedb.channel order by name")).rows,
      ).toEqual([
        { name: "hook", retired: false },
        { name: "live", retired: true },
      ]);
    });

    test("a channel that no relay has ever known goes at once", async () => {
      await shop.put("n", notify("public.orders", ["id"]));
      await run("select integratedb.delete_notification('reporter', 'n')");
      expect((await run("select from integratedb.channel")).rowCount).toBe(0);
      await run(
        "insert into integratedb.relay_position (slot_name, lsn, revision) values ('s', '0/1', 2)",
      );
      await shop.put("n", { match: [], channels: { hook } });
      await shop.put("n", { match: [], channels: {} });
      expect((await run("select from integratedb.channel")).rowCount).toBe(0);
    });

    test("old routes can be asked for until every relay is past them", async () => {
      await run(
        "insert into integratedb.relay_position (slot_name, lsn, revision) values ('a', '0/1', 0), ('b', '0/1', 0)",
      );
      await shop.put("n", notify("public.orders", ["id"]));
      await shop.put("n", notify("public.orders", ["status"]));
      const at = async (revision: number) =>
        (await run("select columns::text[] from integratedb.routes($1)", [revision])).rows.map(
          (row) => row.columns,
        );
      expect([await at(0), await at(1), await at(2)]).toEqual([[], [["id"]], [["status"]]]);
      await run("update integratedb.relay_position set revision = 2 where slot_name = 'a'");
      await shop.put("n", notify("public.orders", ["total"]));
      expect(await at(1)).toEqual([["id"]]);
      await run("update integratedb.relay_position set revision = 3");
      await shop.put("n", notify("public.orders", ["id"]));
      expect([await at(1), await at(3)]).toEqual([[], [["total"]]]);
    });

    test("conditions are stored as Postgres writes their values", async () => {
      await run("set timezone = 'Asia/Tokyo'; set datestyle = 'SQL, DMY'");
      await run(
        "create table facts (id int primary key, at timestamptz, ok bool, code char(4)); alter table facts replica identity full",
      );
      await shop.claim("facts", "public.facts");
      const where = {
        at: { gte: "2026-01-31T12:00:00+09:00" },
        ok: true,
        code: "ab",
        id: { in: ["007", 7, 8] },
      };
      await shop.put("n", notify("public.facts", ["id"], { where }));
      expect((await shop.routes())[0]?.condition).toEqual([
        [
          { column: "at", op: "gte", compare: "instant", values: ["2026-01-31 03:00:00+00"] },
          { column: "code", op: "eq", compare: "text", values: ["ab  "] },
          { column: "id", op: "in", compare: "number", values: ["7", "8"] },
          { column: "ok", op: "eq", compare: "text", values: ["t"] },
        ],
      ]);
    });

    test("names in quotes, with dots, in upper case and beyond ASCII are names", async () => {
      await run(
        `create schema "My ""s.x"; create table "My ""s.x"."Tä.ble" ("Ke.y" int primary key, "o'k;--" text, "SELECT" text)`,
      );
      const path = '"My ""s.x"."Tä.ble"';
      await shop.claim("odd", path, "Ke.y", "o'k;--");
      await shop.put("odd", notify(path, ["o'k;--"], { where: { "Ke.y": { in: [1, 2] } } }));
      expect(await shop.routes()).toMatchObject([{ table_name: "Tä.ble", columns: ["o'k;--"] }]);
      expect((await shop.published())[0]?.columns).toEqual(narrow(["Ke.y", "o'k;--"]));
      await run(
        `insert into "My ""s.x"."Tä.ble" values (1, '', ''); update "My ""s.x"."Tä.ble" set "SELECT" = 'x'; delete from "My ""s.x"."Tä.ble"`,
      );
    });

    test("a whole schema follows the claims on it, and leaves out what has no changes", async () => {
      await run(
        "create schema app; create table app.a (id int primary key); create view app.v as select 1 as one",
      );
      await run(
        `select integratedb.put_claim('reporter', 'app', '{"match": [{"path": "app.*", "fields": ["*"]}]}')`,
      );
      await shop.put("n", notify("app.*", ["*"]));
      await shop.migrate("create table app.b (id int primary key)");
      expect((await shop.routes()).map((route) => route.table_name)).toEqual(["a", "b"]);
      await expect(shop.migrate("create table app.c (id int)")).rejects.toMatchObject({
        detail: "IDB2112",
        message: expect.stringContaining("app.c"),
      });
    });
  });

  describe("publishing", () => {
    test("publishes the union of what subscribers need, with the key, and nothing else", async () => {
      await shop.put("a", notify("public.orders", ["status"]));
      expect(await shop.published()).toEqual([
        {
          publication: "integratedb",
          name: "orders",
          columns: narrow(["id", "status"]),
          row_filter: null,
        },
      ]);
      await shop.put("b", notify("public.orders", ["total"]));
      expect((await shop.published())[0]?.columns).toEqual(narrow(["id", "status", "total"]));
      await run("select integratedb.delete_notification('reporter', 'a')");
      expect((await shop.published())[0]?.columns).toEqual(narrow(["id", "total"]));
      await run("select integratedb.delete_notification('reporter', 'b')");
      expect(await shop.published()).toEqual([]);
      expect(await answer("select integratedb.delete_notification('reporter', 'b')")).toBe(false);
    });

    test("a table without a key is published by its inserts, and can be written to (R8)", async () => {
      await shop.put("n", notify("public.log", ["line"], { events: ["INSERT"] }));
      expect(await shop.published()).toMatchObject([
        { publication: "integratedb_insert", name: "log" },
      ]);
      await run("insert into log values (now(), 'a'); update log set line = 'b'; delete from log");
    });

    test("identity full is published without a list, since writers would fail (R8)", async () => {
      await run("alter table orders replica identity full");
      await shop.put("n", notify("public.orders", ["id"]));
      expect(await shop.published()).toMatchObject([{ publication: "integratedb", columns: null }]);
      await run(
        "insert into orders values (1); update orders set secret = 'x'; delete from orders",
      );
    });

    test("rows are filtered while every subscriber has a condition, and few have different ones (R8)", async () => {
      const put = (name: string, id: number) =>
        shop.put(name, notify("public.orders", ["id"], { where: { id: { gte: id } } }));
      await put("a", 10);
      await put("b", 20);
      await put("c", 20);
      const filter = async () => (await shop.published())[0]?.row_filter ?? null;
      if (version >= 15) expect(await filter()).toMatch(/id >= 10\)+ OR \(+id >= 20/);
      else expect(await filter()).toBeNull();
      await run(
        "insert into orders values (1), (30); update orders set id = 11 where id = 1; delete from orders",
      );
      await shop.put("d", notify("public.orders", ["id"]));
      expect(await filter()).toBeNull();
      await run("select integratedb.delete_notification('reporter', 'd')");
      for (let i = 0; i < 19; i++) await put(`many${i}`, 100 + i);
      expect(await filter()).toBeNull();
    });

    test("partitions are published as their root, and can be written to (R8)", async () => {
      await run(`create table parts (id int primary key, note text, hidden text) partition by range (id);
        create table parts_1 partition of parts for values from (0) to (10); alter table parts_1 replica identity full;
        create table parts_2 (hidden text, note text, id int primary key)`);
      await run("alter table parts attach partition parts_2 for values from (10) to (20)");
      await shop.claim("parts", "public.parts", "id", "note");
      await shop.put("n", notify("public.parts", ["note"]));
      expect(await shop.published()).toMatchObject([
        { publication: "integratedb", name: "parts", columns: null },
      ]);
      await run(
        "insert into parts values (1, 'a'), (11, 'b'); update parts set note = 'c', hidden = 'd'; delete from parts",
      );
      await shop.migrate(
        "alter table parts_1 replica identity default",
        "create table parts_3 partition of parts for values from (20) to (30)",
      );
      expect((await shop.published())[0]?.columns).toEqual(narrow(["id", "note"]));
      await run(
        "insert into parts values (1, 'a'), (21, 'b'); update parts set note = 'c', hidden = 'd', id = 12 where id = 1; delete from parts",
      );
    });

    test("the settings of a session do not make a filter look changed", async () => {
      await run("create table facts (at timestamptz primary key, note text)");
      await shop.claim("facts", "public.facts");
      await run("set timezone = 'Asia/Tokyo'; set datestyle = 'SQL, DMY'");
      await shop.put("n", notify("public.facts", ["at"], { where: { at: { gte: "2026-01-31" } } }));
      await run("set timezone = 'UTC'; set datestyle = 'German'; set quote_all_identifiers = on");
      expect((await run("select * from integratedb.publication_drift()")).rows).toEqual([]);
      await run("reset all");
      if (version >= 15) {
        expect((await shop.published())[0]?.row_filter).toContain("'2026-01-31 00:00:00+00'");
      }
    });

    test("what somebody changed by hand is told by inspect(), and mended by integratedb_sync()", async () => {
      await shop.put("n", notify("public.orders", ["status"]));
      const before = await shop.published();
      await run(
        "alter publication integratedb drop table orders; alter publication integratedb_insert add table log",
      );
      const { rows } = await run(
        "select problem, remedy from integratedb.inspect() where problem like '%publication%'",
      );
      expect(rows).toEqual([
        {
          problem: expect.stringContaining("lacks public.orders"),
          remedy: "SELECT integratedb_sync();",
        },
        {
          problem: expect.stringContaining("has public.log"),
          remedy: "SELECT integratedb_sync();",
        },
      ]);
      await run("select integratedb_sync()");
      expect(await shop.published()).toEqual(before);
      await run("drop publication integratedb");
      await run("select integratedb_sync()");
      expect(await shop.published()).toEqual(before);
    });
  });

  describe("claims", () => {
    test("a claim cannot lose a column that a notification names", async () => {
      await shop.put("n", notify("public.orders", ["id", "status"]));
      await expect(shop.claim("orders", "public.orders", "id")).rejects.toMatchObject({
        detail: "IDB2112",
        message: "reporter (notification n): reporter does not claim public.orders.status",
      });
      await expect(
        run("select integratedb.delete_claim('reporter', 'orders')"),
      ).rejects.toMatchObject({ detail: "IDB2112" });
      await shop.claim("other", "public.orders", "id", "status");
      await run("select integratedb.delete_claim('reporter', 'orders')");
      expect((await shop.routes())[0]?.columns).toEqual(["id", "status"]);
    });

    test("all fields follow the claims, both ways, in the transaction of the claim", async () => {
      await shop.put("n", notify("public.orders", ["*"]));
      await shop.claim("orders", "public.orders", "id");
      expect((await shop.routes())[0]?.columns).toEqual(["id"]);
      expect((await shop.published())[0]?.columns).toEqual(narrow(["id"]));
      await shop.claim("more", "public.orders", "secret");
      expect((await shop.routes())[0]?.columns).toEqual(["id", "secret"]);
    });

    test("policy takes from wildcards and is refused for what is named (policy)", async () => {
      await shop.claim("orders", "public.orders");
      await shop.put("n", notify("public.orders", ["*"]));
      await run(`select integratedb.set_policy('{"sensitive": ["public.orders.secret"]}')`);
      expect((await shop.routes())[0]?.columns).toEqual(["id", "status", "total"]);
      await shop.put("n", notify("public.orders", ["total"]));
      await expect(
        run(`select integratedb.set_policy('{"sensitive": ["public.orders.total"]}')`),
      ).rejects.toMatchObject({
        detail: "IDB2112",
      });
    });

    test("a stakeholder that is renamed takes its notifications along", async () => {
      await shop.put("n", notify("public.orders", ["id"]));
      await run("select integratedb.rename_stakeholder('reporter', 'auditor')");
      expect(await shop.routes()).toMatchObject([{ stakeholder: "auditor", columns: ["id"] }]);
    });

    test("a stakeholder that is deleted is told nothing more, and nothing is published for it", async () => {
      await shop.put("n", notify("public.orders", ["id"]));
      await run("select integratedb.delete_stakeholder('reporter')");
      expect(await shop.routes()).toEqual([]);
      expect(await shop.published()).toEqual([]);
      expect(await answer("select count(*)::int from integratedb.channel")).toBe(0);
    });
  });

  describe("migrations", () => {
    test("a new column comes to a wildcard in the migration's own transaction", async () => {
      await shop.claim("orders", "public.orders");
      await shop.put("n", notify("public.orders", ["*"]));
      await shop.migrate("alter table orders add column extra int");
      expect((await shop.routes())[0]?.columns).toContain("extra");
      await shop.claim("orders", "public.orders", "id", "status");
      await shop.migrate("alter table orders add column another int");
      expect((await shop.published())[0]?.columns).toEqual(narrow(["id", "status"]));
    });

    test("the replica identity that updates need cannot be taken away (F27)", async () => {
      await shop.put("n", notify("public.orders", ["id"]));
      for (const step of [
        "alter table orders drop constraint orders_pkey",
        "alter table orders replica identity nothing",
      ]) {
        await expect(shop.migrate(step)).rejects.toMatchObject({
          detail: "IDB2112",
          message: expect.stringMatching(
            /reporter \(notification n\): UPDATE and DELETE of public\.orders .* would fail for those who write/,
          ),
          hint: expect.stringContaining("ALTER TABLE public.orders REPLICA IDENTITY FULL;"),
        });
      }
      await shop.migrate(
        "alter table orders drop constraint orders_pkey",
        "alter table orders replica identity full",
      );
      await run(
        "insert into orders values (1); update orders set status = 'x'; delete from orders",
      );
    });

    test("a subscriber of inserts alone does not stop the key being dropped (F27)", async () => {
      await shop.put("n", notify("public.orders", ["id"], { events: ["INSERT"] }));
      await shop.migrate("alter table orders drop constraint orders_pkey");
      await run(
        "insert into orders values (1); update orders set status = 'x'; delete from orders",
      );
    });

    test("another key is published at once, and writers go on (F27)", async () => {
      await run("alter table orders add column code int not null default 1 unique");
      await shop.put("n", notify("public.orders", ["status"]));
      await shop.migrate("alter table orders replica identity using index orders_code_key");
      expect((await shop.published())[0]?.columns).toEqual(narrow(["status", "code"]));
      await run(
        "insert into orders values (1); update orders set status = 'x', code = 2; delete from orders",
      );
    });

    test("a partition without an identity is refused (F27)", async () => {
      await run("create table parts (id int primary key, note text) partition by range (id)");
      await shop.claim("parts", "public.parts");
      await shop.put("n", notify("public.parts", ["note"]));
      await expect(
        shop.migrate(
          "create table parts_1 partition of parts default",
          "alter table parts_1 replica identity nothing",
        ),
      ).rejects.toMatchObject({
        detail: "IDB2112",
        message: expect.stringContaining("public.parts_1"),
      });
    });

    test("row level security that hides rows is refused, although the claim is met", async () => {
      await shop.put("n", notify("public.orders", ["id"]));
      await expect(
        shop.migrate(
          "alter table orders enable row level security",
          "create policy p on orders for select using (id > 0)",
        ),
      ).rejects.toMatchObject({
        detail: "IDB2112",
        message: expect.stringContaining("row level security on public.orders"),
      });
      await shop.migrate(
        "alter table orders enable row level security",
        "create policy p on orders for select using (true)",
      );
      await expect(shop.migrate("alter policy p on orders using (id > 0)")).rejects.toMatchObject({
        detail: "IDB2112",
      });
    });

    test("a table that is dropped and made again is published again (F7)", async () => {
      await shop.put("n", notify("public.orders", ["status"]));
      const before = await shop.published();
      await shop.migrate(
        "drop table orders",
        "create table orders (id int primary key, status varchar(20), total numeric(10,2), secret text)",
      );
      expect(await shop.published()).toEqual(before);
      await shop.migrate(
        "alter table orders rename to orders_old",
        "create table orders (id int primary key, status varchar(20), total numeric(10,2), secret text)",
      );
      expect(await shop.published()).toEqual(before);
      await expect(shop.migrate("drop table orders")).rejects.toMatchObject({ detail: "IDB2001" });
    });

    test("a column in a list can be widened and dropped after integratedb_prepare_migration()", async () => {
      await shop.put("n", notify("public.orders", ["status"]));
      const before = await shop.published();
      await shop.migrate(
        "select integratedb_prepare_migration()",
        "alter table orders alter status type varchar(40)",
      );
      expect(await shop.published()).toEqual(before);
      await expect(
        shop.migrate(
          "select integratedb_prepare_migration()",
          "alter table orders drop column status",
        ),
      ).rejects.toMatchObject({
        detail: "IDB2001",
        message: expect.stringContaining("reporter (claim orders) needs public.orders.status"),
      });
      expect(await shop.published()).toEqual(before);
    });

    test("integratedb_sync() drops what cannot be delivered, lets writers work, and tells of it (K11)", async () => {
      await shop.put("n", notify("public.orders", ["id", "status"]));
      await shop.put("gone", notify("public.log", ["line"], { events: ["INSERT"] }));
      await run("begin; select integratedb_prepare_migration()");
      await run(
        "alter table orders drop constraint orders_pkey, drop column status; drop table log",
      );
      await run("select integratedb_sync(); commit");
      expect(await shop.routes()).toMatchObject([
        { table_name: "orders", columns: ["id"], events: ["INSERT", "TRUNCATE"] },
      ]);
      await run(
        "insert into orders values (1); update orders set secret = 'x'; delete from orders",
      );
      expect((await unmet()).filter((row) => row.claim.startsWith("notification"))).toMatchObject([
        { claim: "notification gone", path: "public.log", problem: "missing table" },
        {
          claim: "notification n",
          path: "public.orders",
          field: "status",
          problem: "missing column",
        },
        {
          claim: "notification n",
          path: "public.orders",
          field: null,
          problem: "replica identity",
        },
      ]);
      await run(
        "create table log (at timestamptz, line text); alter table orders add primary key (id); alter table orders add column status varchar(20)",
      );
      await run("select integratedb_validate_migration()");
      expect(await unmet()).toEqual([]);
      expect((await shop.routes()).map(({ events }) => events.length)).toEqual([1, 4]);
    });

    test("a transaction that is rolled back leaves routes and publications as they were", async () => {
      await shop.put("n", notify("public.orders", ["id"]));
      const before = [await shop.routes(), await shop.published(), await shop.revision()];
      await run("begin");
      await shop.put("n", notify("public.orders", ["status"]));
      await shop.put("m", notify("public.log", ["*"], { events: ["INSERT"] }));
      await run("rollback");
      expect([await shop.routes(), await shop.published(), await shop.revision()]).toEqual(before);
    });
  });
});
