import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { engineVersion } from "../../sql/index.ts";
import { type Postgres, postgresVersions, startPostgres } from "../postgres.ts";
import { document } from "./command-line.ts";
import { Shop } from "./shop.ts";

describe.each(postgresVersions())("on Postgres %i", (version) => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres(version);
  });
  afterAll(() => postgres.stop());

  test("install says what it installed, and then that it is there", async () => {
    const shop = await Shop.open(postgres);
    const first = await shop.run("install", "--json");
    expect(first.exit).toBe(0);
    expect(document(first)).toEqual({ version: engineVersion, previous: null, changed: true });
    const second = await shop.run("install");
    expect(second).toEqual({
      exit: 0,
      stdout: `The engine ${engineVersion} is installed already.\n`,
      stderr: "",
    });
    await shop.close();
  });

  test("install --enforce commit is remembered, also by an install that does not say", async () => {
    const shop = await Shop.open(postgres);
    await shop.run("install", "--enforce", "commit");
    await shop.run("install");
    expect(document(await shop.run("status", "--json"))).toMatchObject({ enforce: "commit" });
    await shop.close();
  });

  test("status without an engine exits 0 and says so", async () => {
    const shop = await Shop.open(postgres);
    const result = await shop.run("status", "--json");
    expect(result.exit).toBe(0);
    expect(document(result)).toEqual({
      installed: false,
      version: null,
      command: engineVersion,
      current: false,
      enforce: null,
      serverVersion: expect.any(Number),
      stakeholders: 0,
      claims: 0,
      columns: 0,
      credentials: [],
    });
    await shop.close();
  });

  test("status counts what is registered", async () => {
    const shop = await Shop.withReporter(postgres);
    const result = await shop.run("status", "--json");
    expect(document(result)).toMatchObject({
      installed: true,
      version: engineVersion,
      current: true,
      enforce: "validate",
      stakeholders: 1,
      claims: 1,
      columns: 2,
    });
    expect((await shop.run("status")).stdout).toContain(`PostgreSQL ${version}`);
    await shop.close();
  });

  test.each(["claims", "validate", "unmet", "sync"])(
    "%s without an engine exits 4",
    async (name) => {
      const shop = await Shop.open(postgres);
      const { exit, stderr } = await shop.run(name);
      expect(exit).toBe(4);
      expect(stderr).toContain("IDB1111");
      expect(stderr).toContain("integratedb install");
      await shop.close();
    },
  );

  test("uninstall asks for --yes while stakeholders are registered", async () => {
    const shop = await Shop.withReporter(postgres);
    const { exit, stderr } = await shop.run("uninstall");
    expect(exit).toBe(2);
    expect(stderr).toContain("IDB1303");
    expect(stderr).toContain(shop.reporter);
    expect(document(await shop.run("status", "--json"))).toMatchObject({ stakeholders: 1 });
    await shop.close();
  });

  test("uninstall --yes lists what it dropped, and leaves nothing", async () => {
    const shop = await Shop.withReporter(postgres);
    const result = await shop.run("uninstall", "--yes", "--json");
    expect(result.exit).toBe(0);
    expect(document(result)).toEqual({
      dropped: expect.arrayContaining(["schema integratedb"]),
      kept: [],
    });
    const left = await shop.query("SELECT FROM pg_roles WHERE rolname = $1", [shop.reporter]);
    expect(left).toEqual([]);
    await shop.close();
  });

  test("uninstall says what it left behind, and why", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query(`CREATE TABLE ${shop.reporter}.notes (id integer)`);
    const { exit, stdout } = await shop.run("uninstall", "--yes");
    expect(exit).toBe(0);
    expect(stdout).toMatch(new RegExp(`Kept .*${shop.reporter}.*: .+`));
    await shop.close();
  });

  test("uninstall without an engine has nothing to do", async () => {
    const shop = await Shop.open(postgres);
    expect(await shop.run("uninstall")).toEqual({
      exit: 0,
      stdout: "Nothing to remove.\n",
      stderr: "",
    });
    await shop.close();
  });

  test("an engine newer than the command is left alone, with both versions named", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query("UPDATE integratedb.engine SET version = '99.1.0'");
    for (const command of ["install", "doctor"]) {
      const { stdout, stderr } = await shop.run(command);
      expect(stdout + stderr).toContain("99.1.0");
      expect(stdout + stderr).toContain(engineVersion);
    }
    expect((await shop.run("install")).exit).toBe(4);
    expect((await shop.run("doctor")).exit).toBe(1);
    await shop.close();
  });

  test("an older engine is upgraded, from and to named", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query("UPDATE integratedb.engine SET version = '0.0.1'");
    expect((await shop.run("doctor")).stdout).toContain("integratedb install");
    expect((await shop.run("install")).stdout).toBe(
      `Upgraded the engine from 0.0.1 to ${engineVersion}.\n`,
    );
    expect((await shop.run("doctor")).exit).toBe(0);
    await shop.close();
  });
});
