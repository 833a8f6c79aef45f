import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import {
  engineStatus,
  engineVersion,
  IntegrateDbError,
  install,
  requireServerVersion,
  uninstall,
} from "../../sql/index.ts";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { catalog } from "./catalog.ts";
import { columns } from "./engine-database.ts";

test("the engine has the version of the package", () => {
  expect(engineVersion).toBe(manifest.version);
});

test("a server older than 14 is refused with both versions named", () => {
  expect(() => requireServerVersion(130015, "13.15")).toThrow(
    expect.objectContaining({ code: "IDB1001", message: expect.stringContaining("13.15") }),
  );
  expect(() => requireServerVersion(140000, "14.0")).not.toThrow();
});

describe.each(postgresVersions())("the engine on Postgres %i", (version) => {
  let postgres: Postgres;
  let client: pg.Client;
  let url: string;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    url = await postgres.createDatabase();
    client = await connect(url);
    return () => client.end();
  });

  async function connect(to: string): Promise<pg.Client> {
    const connected = new pg.Client(to);
    await connected.connect();
    return connected;
  }

  const refusal = async (promise: Promise<unknown>): Promise<IntegrateDbError> => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof IntegrateDbError) return error;
    throw new Error(`expected an IntegrateDbError, found ${String(error)}`);
  };

  test("a second install changes nothing", async () => {
    expect(await install(client)).toEqual({ version: engineVersion, changed: true });
    expect(await install(client)).toMatchObject({ changed: false });
  });

  test("an older engine is upgraded, with what it holds", async () => {
    await install(client);
    await client.query("create table orders (id int)");
    await client.query("select integratedb.put_stakeholder('reporter')");
    await client.query("select integratedb.put_claim('reporter', 'c', $1)", [
      columns("public.orders"),
    ]);
    await client.query("update integratedb.engine set version = '0.0.1', checksum = 'older'");
    await client.query("drop function integratedb.sync() cascade");
    expect(await install(client)).toEqual({
      version: engineVersion,
      previous: "0.0.1",
      changed: true,
    });
    expect((await client.query("select integratedb_sync() as unmet")).rows).toEqual([{ unmet: 0 }]);
    await client.query("select integratedb.delete_stakeholder('reporter')");
  });

  test("a newer engine is refused with both versions named", async () => {
    await install(client);
    await client.query("update integratedb.engine set version = '99.0.0'");
    const error = await refusal(install(client));
    expect(error.code).toBe("IDB1003");
    expect(error.message).toContain("99.0.0");
    expect(error.message).toContain(engineVersion);
    expect(await engineStatus(client)).toMatchObject({ newer: true, current: false });
  });

  test("a schema of that name that somebody else made is refused and left alone", async () => {
    await client.query("create schema integratedb");
    await client.query("create table integratedb.mine (id int)");
    expect((await refusal(install(client))).code).toBe("IDB1005");
    await client.query("select * from integratedb.mine");
  });

  test("a read-only transaction is refused", async () => {
    await client.query("set default_transaction_read_only = on");
    expect((await refusal(install(client))).code).toBe("IDB1002");
  });

  test("missing rights are all named, each with the statement that gives it", async () => {
    await client.query("create role bare login password 'bare'");
    await client.query("revoke create on schema public from public");
    const bare = await connect(url.replace(/\/\/[^@]+@/, "//bare:bare@"));
    const error = await refusal(install(bare));
    await bare.end();
    expect(error.code).toBe("IDB1004");
    expect(error.remedy).toMatch(/GRANT CREATE ON DATABASE \S+ TO bare;/);
    expect(error.remedy).toContain("GRANT CREATE ON SCHEMA public TO bare;");
    expect(error.remedy).toContain("ALTER ROLE bare CREATEROLE;");
    expect((await engineStatus(client)).installed).toBe(false);
    await client.query("drop role bare");
  });

  test("enforce = commit without the right to make event triggers says what gives it", async () => {
    await client.query("create role modest login createrole password 'modest'");
    await client.query(`grant create on database ${client.database} to modest`);
    await client.query("grant create on schema public to modest");
    const modest = await connect(url.replace(/\/\/[^@]+@/, "//modest:modest@"));
    const error = await modest.query("select 1").then(() =>
      install(modest, { enforce: "commit" }).then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    );
    expect(error).toMatchObject({ code: "42501", detail: "IDB1004" });
    await install(modest);
    await uninstall(modest);
    await modest.end();
    await client.query("drop owned by modest");
    await client.query("drop role modest");
  });

  test("uninstall removes everything that the engine made and nothing else", async () => {
    await client.query("create schema shop");
    await client.query("create table shop.orders (id int primary key, status text)");
    await client.query("create role app_team");
    const before = await catalog(client);
    await install(client, { enforce: "commit" });
    await client.query("select integratedb.put_stakeholder('reporter')");
    await client.query("select integratedb.put_operator('app_team', 'app_*')");
    await client.query("select integratedb.put_claim('reporter', 'c', $1)", [
      columns("shop.orders"),
    ]);
    await client.query(
      `select integratedb.rotate_login('reporter', 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy')`,
    );
    expect(await catalog(client)).not.toEqual(before);
    const { kept } = await uninstall(client);
    expect(kept).toEqual([]);
    expect(await catalog(client)).toEqual(before);
    await client.query("drop role app_team");
  });

  test("uninstall never drops what a user built on the engine", async () => {
    await install(client);
    await client.query("create view mine as select * from integratedb.claims");
    const error = await uninstall(client).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: "2BP01" });
    await client.query("select * from mine");
    expect((await engineStatus(client)).current).toBe(true);
  });
});
