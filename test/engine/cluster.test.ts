import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scramVerifier } from "../../provider/runtime/scram.ts";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { columns, EngineDatabase, failure } from "./engine-database.ts";

describe.each(postgresVersions())("logins and clusters on Postgres %i", (version) => {
  let postgres: Postgres;
  let shop: EngineDatabase;
  let owner: pg.Client;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());

  beforeEach(async () => {
    shop = await database();
    owner = shop.owner;
    return async () => {
      await owner.query("select integratedb.delete_stakeholder('reporter')");
      await shop.close();
    };
  });

  async function database(): Promise<EngineDatabase> {
    const made = await EngineDatabase.create(postgres);
    await made.owner.query("create table orders (id int primary key, status text)");
    await made.owner.query("select integratedb.put_stakeholder('reporter')");
    await made.owner.query("select integratedb.put_claim('reporter', 'c', $1)", [
      columns("public.orders", "id"),
    ]);
    return made;
  }

  const rotate = async (password: string, current: string | null = null, db = shop) => {
    const { rows } = await db.owner.query(
      "select integratedb.rotate_login('reporter', $1, $2) as login",
      [await scramVerifier(password), current],
    );
    return rows[0].login as { username: string; previous: string | null };
  };
  const connect = (user: string, password: string, db = shop) =>
    db.connect(db.url.replace(/\/\/[^@]+@/, `//${user}:${password}@`));

  test("a login reads what its stakeholder claims, and finds its own schema first (G7)", async () => {
    const { username } = await rotate("first");
    const reader = await connect(username, "first");
    await reader.query("select id from orders");
    expect((await failure(reader.query("select status from orders"))).code).toBe("42501");
    expect((await reader.query("select current_schema() as name")).rows[0].name).toBe("reporter");
    await reader.query("create table notes (id int)");
  });

  test("a login cannot hold up migrations by validating one", async () => {
    const { username } = await rotate("first");
    const reader = await connect(username, "first");
    const error = await failure(reader.query("select integratedb_validate_migration()"));
    expect(error).toMatchObject({ code: "42501", detail: "IDB3007" });
    expect((await failure(reader.query("select integratedb_sync()"))).code).toBe("42501");
  });

  test("the old password works until the rotation after the next", async () => {
    const first = await rotate("first");
    const second = await rotate("second");
    expect(second).toMatchObject({ username: "reporter_b", previous: first.username });
    await connect(first.username, "first");
    await connect(second.username, "second");
    expect((await rotate("third")).username).toBe(first.username);
    await expect(connect(first.username, "first")).rejects.toThrow(
      "password authentication failed",
    );
    await connect(second.username, "second");
  });

  test("the login in use is never the one that is reset, also after a rotation that was lost", async () => {
    const first = await rotate("first");
    await rotate("lost", first.username);
    const again = await rotate("second", first.username);
    expect(again.username).not.toBe(first.username);
    await connect(first.username, "first");
  });

  test("what one login makes stays usable for the other", async () => {
    const first = await rotate("first");
    const one = await connect(first.username, "first");
    await one.query("create table notes (id int)");
    await one.query("insert into notes values (1)");
    const second = await rotate("second");
    const other = await connect(second.username, "second");
    await other.query("insert into notes values (2)");
    expect((await other.query("select id from notes")).rows).toHaveLength(2);
  });

  test("a second database joins the role that the engine made, with logins of its own (G4)", async () => {
    const first = await rotate("first");
    const warehouse = await database();
    const second = await rotate("second", null, warehouse);
    expect(second.username).not.toBe(first.username);
    await connect(first.username, "first");
    const { rows } = await warehouse.owner.query(
      "select integratedb.delete_stakeholder('reporter') as report",
    );
    expect(rows[0].report.dropped).toEqual(["schema reporter", `role ${second.username}`]);
    expect(rows[0].report.kept).toEqual([
      { object: "role reporter", reason: expect.stringContaining("still used in database") },
    ]);
    await (await connect(first.username, "first")).query("select id from orders");
    await warehouse.close();
  });

  test("an operator cannot borrow a role by adopting it", async () => {
    await owner.query("create role team login password 'team'");
    await owner.query("select integratedb.put_operator('team', 'team_*')");
    const team = await connect("team", "team");
    await team.query("select integratedb.put_stakeholder('team_app')");
    for (const view of ["stakeholders", "claims", "claimed_columns", "operators", "installation"]) {
      await team.query(`select * from integratedb.${view}`);
    }
    for (const options of ['{"role": "postgres"}', '{"adopt": true}', '{"schema": "public"}']) {
      const error = await failure(
        team.query("select integratedb.put_stakeholder('team_other', $1)", [options]),
      );
      expect(error).toMatchObject({ code: "42501", detail: "IDB3007" });
    }
    for (const sql of [
      "select integratedb.put_claim('reporter', 'c', '{\"match\": []}')",
      "select integratedb.delete_stakeholder('reporter')",
      "select integratedb.rename_stakeholder('team_app', 'boss')",
      "select integratedb.set_policy('{}')",
      "select integratedb.put_operator('team', '*')",
      "select integratedb_sync()",
      "select * from integratedb.claim",
      "update integratedb.operator set pattern = '*'",
      "select integratedb.reconcile('{}', '{}')",
    ]) {
      expect((await failure(team.query(sql))).code, sql).toBe("42501");
    }
    await team.query("select integratedb.delete_stakeholder('team_app')");
    await owner.query("select integratedb.delete_operator('team')");
    await owner.query("drop role team");
  });

  test("a role with rights of its own is never made a stakeholder", async () => {
    await owner.query("create role powerful createrole");
    const error = await failure(
      owner.query("select integratedb.put_stakeholder('powerful', '{\"adopt\": true}')"),
    );
    expect(error.detail).toBe("IDB3002");
    await owner.query("drop role powerful");
  });
});
