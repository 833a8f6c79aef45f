import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { install, uninstall } from "../../sql/index.ts";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { catalog } from "./catalog.ts";
import { columns, failure } from "./engine-database.ts";
import { NotifiedShop, notify } from "./notified-shop.ts";

describe.each(postgresVersions())("rights around notifications, on Postgres %i", (version) => {
  let postgres: Postgres;
  let shop: NotifiedShop;

  beforeAll(async () => {
    postgres = await startPostgres(version);
    const admin = new pg.Client(postgres.adminUrl);
    await admin.connect();
    await admin.query(
      "create role relay login replication password 'relay'; create role team login password 'team'",
    );
    await admin.end();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    shop = await NotifiedShop.open(postgres);
    return () => shop.close();
  });

  const run = (sql: string, values: unknown[] = []) => shop.owner.query(sql, values);
  const connectAs = (role: string) =>
    shop.database.connect(shop.database.url.replace(/\/\/[^@]+@/, `//${role}:${role}@`));
  const findings = async () =>
    (
      await run(
        "select problem, remedy from integratedb.inspect() where subject in ('relay', 'reporter')",
      )
    ).rows;

  describe("the role of a relay", () => {
    test.each([
      ["create role plain login", "plain", /may not replicate/, /ALTER ROLE plain REPLICATION/],
      ["create role nobody replication", "nobody", /may not log in/, /ALTER ROLE nobody LOGIN/],
      ["select 1", "missing", /no role missing/, /CREATE ROLE missing LOGIN REPLICATION/],
      ["alter role reporter login replication", "reporter", /stakeholder's/, /of its own/],
      [
        "create role rds_replication; create role plain login",
        "plain",
        /may not replicate/,
        /^GRANT rds_replication TO plain;$/,
      ],
    ])(
      "after %s, %s is refused with the statement that helps",
      async (setup, role, message, hint) => {
        await run("begin");
        await run(setup);
        const error = await failure(run("select integratedb.grant_relay($1)", [role]));
        expect(error).toMatchObject({
          detail: "IDB2109",
          message: expect.stringMatching(message),
          hint: expect.stringMatching(hint),
        });
        await run("rollback");
      },
    );

    test("a member of rds_replication is taken", async () => {
      await run(
        "begin; create role rds_replication; create role plain login in role rds_replication",
      );
      await run("select integratedb.grant_relay('plain')");
      await run("rollback");
    });

    test("it reads routes and keeps its tables, and can read no other", async () => {
      await run("select integratedb.grant_relay('relay')");
      await shop.put("n", notify("public.orders", ["id"]));
      const relay = await connectAs("relay");
      expect((await relay.query("select * from integratedb.routes(1)")).rows).toHaveLength(1);
      await relay.query(`
        select revision from integratedb.routing;
        insert into integratedb.relay_position (slot_name, lsn, revision) values ('s', '0/1', 1);
        insert into integratedb.lane (channel_id, state) select id, 'flowing' from integratedb.channel;
        insert into integratedb.spool select id, '0/1', 0, 'k', '{}' from integratedb.channel;
        insert into integratedb.dead_letter (channel_id, lsn, index, key, event, reason) select id, '0/1', 0, 'k', '{}', 'no' from integratedb.channel;
        insert into integratedb.socket_event (channel_id, lsn, index, event) select id, '0/1', 0, '{}' from integratedb.channel;`);
      const { rows } = await relay.query<{ name: string }>(
        `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'v', 'p', 'm') and nspname not in ('pg_catalog', 'information_schema')
           and has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'select') order by 1`,
      );
      expect(rows.map((row) => row.name.replace("integratedb.", ""))).toEqual([
        "channel",
        "dead_letter",
        "lane",
        "relay_position",
        "routing",
        "socket_event",
        "spool",
      ]);
      for (const sql of [
        "select from orders",
        "select from integratedb.route",
        "update integratedb.routing set revision = 9",
        "select integratedb.delete_notification('reporter', 'n')",
      ]) {
        expect((await failure(relay.query(sql))).code).toBe("42501");
      }
    });

    test("it deletes channels that are retired, and no others", async () => {
      await run("select integratedb.grant_relay('relay')");
      await shop.put("n", notify("public.orders", ["id"]));
      const relay = await connectAs("relay");
      await relay.query(
        "insert into integratedb.relay_position (slot_name, lsn, revision) values ('s', '0/1', 1)",
      );
      expect((await relay.query("delete from integratedb.channel")).rowCount).toBe(0);
      await run("select integratedb.delete_notification('reporter', 'n')");
      expect((await run("select channel, retired from integratedb.channels")).rows).toEqual([
        { channel: "hook", retired: true },
      ]);
      expect((await relay.query("delete from integratedb.channel where retired")).rowCount).toBe(1);
    });

    test("what it was granted can be taken back", async () => {
      await run("select integratedb.grant_relay('relay')");
      await run("select integratedb.revoke_relay('relay')");
      const relay = await connectAs("relay");
      expect((await failure(relay.query("select * from integratedb.routes(0)"))).code).toBe(
        "42501",
      );
    });

    test("it keeps its rights when the engine is upgraded", async () => {
      await run("select integratedb.grant_relay('relay')");
      await run(
        "update integratedb.engine set version = '0.0.1'; drop function integratedb.routes(bigint)",
      );
      await install(shop.owner);
      const relay = await connectAs("relay");
      await relay.query("select * from integratedb.routes(0)");
    });
  });

  test("an operator manages the notifications of its stakeholders, and of no others", async () => {
    await run(
      "select integratedb.put_operator('team', 'team_*'), integratedb.put_stakeholder('team_a')",
    );
    const team = await connectAs("team");
    await team.query("select integratedb.put_claim('team_a', 'c', $1)", [
      columns("public.orders", "id"),
    ]);
    const spec = JSON.stringify(notify("public.orders", ["id"]));
    await team.query("select integratedb.put_notification('team_a', 'n', $1)", [spec]);
    expect(
      (await team.query("select stakeholder, notification, is_met from integratedb.notifications"))
        .rows,
    ).toEqual([{ stakeholder: "team_a", notification: "n", is_met: true }]);
    expect(
      (await team.query("select channel, spooled, dead_letters from integratedb.channels")).rows,
    ).toEqual([{ channel: "hook", spooled: "0", dead_letters: "0" }]);
    for (const sql of [
      "select integratedb.put_notification('reporter', 'n', $1)",
      "select integratedb.preview_notification('reporter', $1)",
      "select integratedb.put_notification_as_owner('team_a', 'n', $1)",
    ]) {
      expect(await failure(team.query(sql, [spec]))).toMatchObject({
        code: "42501",
        detail: "IDB3007",
      });
    }
    await team.query("select integratedb.delete_notification('team_a', 'n')");
    await run("select integratedb.delete_operator('team')");
  });

  test("an owner that is no superuser publishes tables of roles that it is a member of, and says what is missing for others", async () => {
    await run("create role modest login createrole password 'modest'; create role other_team");
    const url = await postgres.createDatabase();
    const admin = await shop.database.connect(url);
    await admin.query(
      `grant create on database ${admin.database} to modest; grant create on schema public to modest`,
    );
    await admin.query(
      "create table theirs (id int primary key); alter table theirs owner to other_team",
    );
    const modest = await shop.database.connect(url.replace(/\/\/[^@]+@/, "//modest:modest@"));
    await install(modest);
    await modest.query(
      "create table mine (id int primary key, note text); select integratedb.put_stakeholder('reader')",
    );
    await modest.query("select integratedb.put_claim('reader', 'mine', $1)", [
      columns("public.mine"),
    ]);
    await modest.query("select integratedb.put_notification('reader', 'n', $1)", [
      JSON.stringify(notify("public.mine", ["id"])),
    ]);
    await modest.query("insert into mine values (1); update mine set note = 'x'");

    await admin.query("grant other_team to modest");
    await modest.query("select integratedb.put_claim('reader', 'theirs', $1)", [
      columns("public.theirs"),
    ]);
    await admin.query("revoke other_team from modest");
    const spec = JSON.stringify(notify("public.theirs", ["id"]));
    expect(
      await failure(modest.query("select integratedb.put_notification('reader', 't', $1)", [spec])),
    ).toMatchObject({
      code: "42501",
      detail: "IDB3008",
      hint: expect.stringContaining("GRANT other_team TO modest;"),
    });
    await admin.query("grant other_team to modest");
    await modest.query("select integratedb.put_notification('reader', 't', $1)", [spec]);
    await uninstall(modest);
    await admin.query("drop owned by modest, other_team; drop role modest, other_team");
  });

  describe("inspect()", () => {
    test("says nothing of relays where nobody asked for one", async () => {
      expect(
        (await findings()).filter(({ problem }) => /relay|publication|wal_level/.test(problem)),
      ).toEqual([]);
    });

    test("tells that no relay may connect, what its role lacks, and slots that are gone or idle", async () => {
      await shop.put("n", notify("public.orders", ["id"]));
      expect(await findings()).toContainEqual({
        problem: "no role may work as a relay, and no notification is delivered",
        remedy: "SELECT integratedb.grant_relay('<role with LOGIN and REPLICATION>');",
      });
      await run("select integratedb.grant_relay('relay')");
      await run("alter role relay noreplication");
      expect((await findings()).map(({ problem }) => problem)).toContain(
        "the role relay may not replicate",
      );
      await run("alter role relay replication");
      await run(
        "insert into integratedb.relay_position (slot_name, lsn, revision) values ('gone', '0/1', 1)",
      );
      expect((await findings()).map(({ problem }) => problem)).toContain(
        "the replication slot gone is gone; changes after 0/1 may be lost",
      );
      await run("select pg_create_logical_replication_slot('gone', 'pgoutput')");
      expect((await findings()).map(({ problem }) => problem)).toContainEqual(
        expect.stringMatching(
          /^no relay reads the replication slot gone, which holds .* of write-ahead log$/,
        ),
      );
      const { kept, dropped } = await uninstall(shop.owner);
      expect(dropped).toEqual(
        expect.arrayContaining(["publication integratedb", "publication integratedb_insert"]),
      );
      expect(kept).toEqual([
        {
          object: "replication slot gone",
          reason: expect.stringContaining("pg_drop_replication_slot('gone')"),
        },
      ]);
      await run("select pg_drop_replication_slot('gone')");
      await install(shop.owner);
    });

    test("tells what cannot be delivered, and channels that fail", async () => {
      await shop.put("n", notify("public.orders", ["id"]));
      await run(
        "insert into integratedb.lane (channel_id, state, last_error) select id, 'failing', 'it answers 500' from integratedb.channel",
      );
      await run("alter table orders drop constraint orders_pkey");
      const found = await findings();
      expect(found).toContainEqual({
        problem: "channel hook of notification n is failing: it answers 500",
        remedy: expect.any(String),
      });
      expect(found).toContainEqual({
        problem: expect.stringContaining(
          "reporter (notification n): UPDATE and DELETE of public.orders",
        ),
        remedy: expect.stringContaining("ALTER TABLE public.orders REPLICA IDENTITY FULL;"),
      });
    });
  });

  test("uninstall leaves nothing of notifications behind", async () => {
    const url = await postgres.createDatabase();
    const client = await shop.database.connect(url);
    await client.query("create table orders (id int primary key)");
    const before = await catalog(client);
    await install(client, { enforce: "commit" });
    await client.query(
      "select integratedb.grant_relay('relay'), integratedb.put_stakeholder('reader')",
    );
    await client.query("select integratedb.put_claim('reader', 'c', $1)", [
      columns("public.orders"),
    ]);
    await client.query("select integratedb.put_notification('reader', 'n', $1)", [
      JSON.stringify(notify("public.orders", ["*"])),
    ]);
    await client.query("alter table orders add column note text");
    expect((await client.query("select columns::text[] from integratedb.routes(2)")).rows).toEqual([
      { columns: ["id", "note"] },
    ]);
    await uninstall(client);
    await client.query("alter table orders drop column note");
    expect(await catalog(client)).toEqual(before);
    expect((await client.query("select from pg_publication")).rows).toEqual([]);
  });

  test("with a server that writes no logical log, inspect() says how to change that", async () => {
    const replica = await startPostgres(version, { settings: { wal_level: "replica" } });
    const other = await NotifiedShop.open(replica);
    await other.put("n", notify("public.orders", ["id"]));
    const { rows } = await other.owner.query(
      "select problem, remedy from integratedb.inspect() where problem like 'wal_level%'",
    );
    expect(rows).toEqual([
      {
        problem: expect.stringContaining("replica"),
        remedy: expect.stringContaining("wal_level = logical"),
      },
    ]);
    await other.close();
    await replica.stop();
  });
});
