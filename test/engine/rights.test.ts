import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scramVerifier } from "../../provider/runtime/scram.ts";
import { engineStatus, install } from "../../sql/index.ts";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { columns, EngineDatabase, failure } from "./engine-database.ts";

describe.each(postgresVersions())("nobody gains rights on Postgres %i", (version) => {
  let postgres: Postgres;
  let shop: EngineDatabase;
  let owner: pg.Client;
  let operator: pg.Client;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());

  beforeEach(async () => {
    shop = await EngineDatabase.create(postgres);
    owner = shop.owner;
    await owner.query("create table salaries (id int primary key, pay int)");
    await owner.query("create role team login password 'team'");
    await owner.query("select integratedb.put_operator('team', 'team_*')");
    operator = await connect("team", "team");
    return async () => {
      for (const name of ["team_app", "team_web", "victim", "finance"]) {
        await owner.query("select integratedb.delete_stakeholder($1, '{\"cascade\": true}')", [
          name,
        ]);
      }
      await owner.query("select integratedb.delete_operator('team')");
      await owner.query("drop owned by team cascade");
      await owner.query("drop role team");
      await shop.close();
    };
  });

  const connect = (user: string, password: string, db = shop) =>
    db.connect(db.url.replace(/\/\/[^@]+@/, `//${user}:${password}@`));

  async function application(stakeholder: string, db = shop, as = operator): Promise<pg.Client> {
    await as.query("select integratedb.put_stakeholder($1)", [stakeholder]);
    const { rows } = await as.query("select integratedb.rotate_login($1, $2) as login", [
      stakeholder,
      await scramVerifier("secret"),
    ]);
    return connect(rows[0].login.username, "secret", db);
  }

  const functionOfApplication = `create function team_app.whoami() returns text
    language sql security definer as 'select current_user::text';
    grant usage on schema team_app to public`;

  test("what a login made runs as its stakeholder's role after a rename, never as the engine's owner", async () => {
    await (await application("team_app")).query(functionOfApplication);
    await operator.query("select integratedb.rename_stakeholder('team_app', 'team_web')");
    expect((await owner.query("select team_web.whoami() as role")).rows[0].role).toBe("team_web");
  });

  test("what a deleted stakeholder leaves belongs to a role without rights", async () => {
    await (await application("team_app")).query(functionOfApplication);
    const { rows } = await operator.query(
      "select integratedb.delete_stakeholder('team_app') as report",
    );
    expect(rows[0].report.kept[0]).toEqual({
      object: "schema team_app",
      reason: "it is not empty",
    });
    expect((await owner.query("select team_app.whoami() as role")).rows[0].role).toBe(
      "left_by_team_app",
    );
    await owner.query("drop schema team_app cascade");
    await owner.query("drop role left_by_team_app");
  });

  test("code of an operator that a superuser's session runs has the operator's rights only", async () => {
    const app = await application("team_app");
    await app.query("grant usage, create on schema team_app to team");
    await operator.query(`
      create table team_app.t (id int);
      insert into team_app.t select generate_series(1, 50);
      create function team_app.f(i int) returns int language plpgsql immutable as
        'begin return i; end';
      create index on team_app.t (team_app.f(id));
      create or replace function team_app.f(i int) returns int language plpgsql immutable as $$
      begin
        perform integratedb.put_stakeholder('victim');
        return i;
      end $$;
    `);
    expect((await failure(owner.query("analyze team_app.t"))).code).toBe("42501");
    expect(
      (await failure(owner.query("select integratedb.put_stakeholder_as_owner('victim', '{}')")))
        .detail,
    ).toBe("IDB3007");
  });

  test("an operator does not join what a stakeholder may read in another database", async () => {
    const warehouse = await EngineDatabase.create(postgres);
    await warehouse.owner.query("select integratedb.put_stakeholder('team_app')");
    const error = await failure(operator.query("select integratedb.put_stakeholder('team_app')"));
    expect(error.detail).toBe("IDB3002");
    await owner.query("select integratedb.put_stakeholder('team_app')");
    await operator.query("select integratedb.delete_stakeholder('team_app')");
    await warehouse.owner.query("select integratedb.delete_stakeholder('team_app')");
    await warehouse.close();
  });

  test("deleting a stakeholder here takes nothing from it in another database (G4)", async () => {
    const warehouse = await EngineDatabase.create(postgres);
    const name = warehouse.owner.database ?? "";
    await owner.query(`revoke connect on database ${name} from public`);
    await warehouse.owner.query("select integratedb.put_stakeholder('finance')");
    await owner.query("select integratedb.put_stakeholder('finance')");
    await owner.query("select integratedb.delete_stakeholder('finance')");
    const { rows } = await owner.query(
      "select has_database_privilege('finance', $1, 'CONNECT') as may",
      [name],
    );
    expect(rows[0].may).toBe(true);
    await warehouse.owner.query("select integratedb.delete_stakeholder('finance')");
    await warehouse.close();
  });

  test("a repair takes over no role and no schema of somebody else (F11)", async () => {
    await owner.query("select integratedb.put_stakeholder('finance')");
    await owner.query("drop schema finance");
    await owner.query("create schema finance");
    const schema = await failure(owner.query("select integratedb.put_stakeholder('finance')"));
    expect(schema.detail).toBe("IDB3003");
    await owner.query("drop schema finance");
    await owner.query("drop owned by finance");
    await owner.query("drop role finance");
    await owner.query("create role finance login");
    const role = await failure(owner.query("select integratedb.put_stakeholder('finance')"));
    expect(role.detail).toBe("IDB3002");
    await owner.query("drop role finance");
  });

  test("a function that somebody laid in the engine's place is refused by the install", async () => {
    const url = await postgres.createDatabase();
    const admin = await shop.connect(url);
    await admin.query("create role evil");
    await admin.query("grant create on schema public to evil");
    await admin.query("set role evil");
    await admin.query(
      "create function public.integratedb_validate_migration(max_reported integer default null) returns integer language sql as 'select 0'",
    );
    await admin.query("reset role");
    await expect(install(admin)).rejects.toMatchObject({
      code: "IDB1004",
      message: expect.stringContaining("evil"),
    });
    await admin.query("drop owned by evil");
    await admin.query("drop role evil");
  });

  test("what an upgrade makes belongs to the engine's owner, whoever upgrades", async () => {
    const url = await postgres.createDatabase();
    const admin = await shop.connect(url);
    await admin.query("create role keeper login createrole password 'keeper'");
    await admin.query(`grant create on database ${admin.database} to keeper`);
    await admin.query("grant create on schema public to keeper");
    const keeper = await shop.connect(url.replace(/\/\/[^@]+@/, "//keeper:keeper@"));
    await install(keeper);
    await keeper.query("drop function integratedb.nearest");
    await install(admin);
    await keeper.query("select integratedb.put_stakeholder('kept')");
    await keeper.query("select integratedb.put_claim('kept', 'c', '{\"match\": []}')");
    await keeper.query("select integratedb.delete_stakeholder('kept')");
    await admin.query("drop owned by keeper cascade");
    await keeper.end();
    await admin.query("drop role keeper");
  });

  test("a dropped event trigger is noticed, and put back by the install (F2)", async () => {
    await install(owner, { enforce: "commit" });
    await owner.query("drop event trigger integratedb_ddl");
    expect((await engineStatus(owner)).current).toBe(false);
    expect(await install(owner)).toMatchObject({ changed: true });
    expect((await engineStatus(owner)).current).toBe(true);
  });

  test("a migration is never the victim of a claim that is put meanwhile", async () => {
    await owner.query("select integratedb.put_stakeholder('finance')");
    const migration = await shop.connect();
    await migration.query("begin");
    await migration.query("alter table salaries add column note text");
    const put = owner
      .query("select integratedb.put_claim('finance', 'c', $1)", [columns("public.salaries", "id")])
      .then(
        () => "done",
        (error: pg.DatabaseError) => error.code,
      );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await migration.query("select integratedb_validate_migration()");
    await migration.query("commit");
    expect(["done", "40001", "XX000"]).toContain(await put);
  });
});
