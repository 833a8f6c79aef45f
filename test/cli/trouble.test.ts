import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodeOf } from "../../cli/failure.ts";
import { IntegrateDbError } from "../../sql/index.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { document, integratedb, integratedbProcess, type Result } from "./command-line.ts";
import { Shop } from "./shop.ts";

const secret = "hunter2secret";
const everyCommand = [
  "install",
  "status",
  "claims",
  "validate",
  "unmet",
  "sync",
  "doctor",
  "uninstall",
];

describe("a database that cannot be used", () => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await startPostgres(18);
  });
  afterAll(() => postgres.stop());

  test.each(everyCommand)("%s with a wrong password exits 3 and says so", async (command) => {
    const result = await integratedb([command], {
      DATABASE_URL: postgres.url("postgres", "postgres", secret),
    });
    expectFailure(result, 3, "IDB1103");
  });

  test("a URL without a password, where one is needed, exits 3", async () => {
    const url = new URL(postgres.adminUrl);
    url.password = "";
    expectFailure(await integratedb(["status", "--url", url.href]), 3, "IDB1103");
  });

  test("the PG* variables are a connection", async () => {
    const { exit } = await integratedb(["status"], {
      PGHOST: postgres.host,
      PGPORT: String(postgres.port),
      PGUSER: "postgres",
      PGPASSWORD: postgres.password,
      PGDATABASE: "postgres",
    });
    expect(exit).toBe(0);
  });

  test("a password that is not stated comes from the password file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "integratedb-passfile-"));
    const file = join(folder, "pgpass");
    await writeFile(file, `*:*:*:postgres:${postgres.password}\n`, { mode: 0o600 });
    const url = new URL(postgres.adminUrl);
    url.password = "";
    const result = await integratedbProcess(["status"], {
      DATABASE_URL: url.href,
      PGPASSFILE: file,
    });
    expect(result).toMatchObject({ exit: 0, stderr: "" });
    await rm(folder, { recursive: true });
  });

  test("--url wins over DATABASE_URL, and DATABASE_URL over the PG* variables", async () => {
    const wrong = { PGHOST: "127.0.0.1", PGPORT: "1" };
    const right = { ...wrong, DATABASE_URL: postgres.adminUrl };
    expect((await integratedb(["status"], right)).exit).toBe(0);
    const nowhere = { ...wrong, DATABASE_URL: "postgresql://me@127.0.0.1:1/nowhere" };
    expect((await integratedb(["status", "--url", postgres.adminUrl], nowhere)).exit).toBe(0);
  });

  test("a database that does not exist exits 3", async () => {
    const result = await integratedb(["status", "--url", postgres.url("no such database")]);
    expectFailure(result, 3, "IDB1104");
  });

  test("a port where nothing listens exits 3", async () => {
    const result = await integratedb([
      "status",
      "--url",
      `postgresql://me:${secret}@127.0.0.1:1/x`,
    ]);
    expectFailure(result, 3, "IDB1102");
  });

  test("a server that accepts and then says nothing exits 3, after PGCONNECT_TIMEOUT", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as { port: number };
    const result = await integratedb(["status"], {
      PGHOST: "127.0.0.1",
      PGPORT: String(port),
      PGCONNECT_TIMEOUT: "1",
    });
    expectFailure(result, 3, "IDB1102");
    silent.close();
  });

  test.each(["install", "sync", "uninstall"])(
    "%s where nothing can be written exits 3",
    async (command) => {
      const shop = await Shop.withReporter(postgres);
      await shop.query("UPDATE integratedb.engine SET version = '0.0.1'");
      const flags = command === "uninstall" ? ["--yes"] : [];
      const result = await integratedb([command, ...flags], { DATABASE_URL: readOnly(shop.url) });
      expectFailure(result, 3, "IDB1002");
      await shop.close();
    },
  );

  test.each(["status", "claims", "validate", "unmet", "doctor"])(
    "%s needs to write nothing",
    async (command) => {
      const shop = await Shop.withReporter(postgres);
      const { stderr, exit } = await integratedb([command], { DATABASE_URL: readOnly(shop.url) });
      expect([stderr, exit]).toEqual(["", 0]);
      await shop.close();
    },
  );

  test("install without the rights says which, and the statements that give them", async () => {
    const url = await postgres.createDatabase();
    await asAdmin(url, "CREATE ROLE stranger LOGIN PASSWORD 'stranger'");
    const result = await integratedb(["install"], { DATABASE_URL: as(url, "stranger") });
    expectFailure(result, 3, "IDB1004");
    expect(result.stderr).toMatch(/GRANT CREATE ON DATABASE \S+ TO stranger;/);
    expect(result.stderr).toContain("ALTER ROLE stranger CREATEROLE;");
    const status = await integratedb(["status", "--json"], { DATABASE_URL: url });
    expect(document(status)).toMatchObject({ installed: false });
  });

  test.each(["claims", "sync", "doctor", "uninstall"])(
    "%s as a stranger is refused with exit 3",
    async (command) => {
      const shop = await Shop.withReporter(postgres);
      const stranger = `stranger_${shop.reporter}`;
      await shop.query(`CREATE ROLE ${stranger} LOGIN PASSWORD '${stranger}'`);
      const flags = command === "uninstall" ? ["--yes"] : [];
      const result = await integratedb([command, ...flags], {
        DATABASE_URL: as(shop.url, stranger),
      });
      expect(result.exit).toBe(3);
      expect(result.stderr).toMatch(/^IDB(1004|3007) /);
      expect((await shop.run("validate")).exit).toBe(0);
      await shop.close();
    },
  );

  test.each(["status", "claims", "doctor", "sync", "uninstall"])(
    "%s names who may read the registry, to a login that may not",
    async (command) => {
      const { shop, url } = await withMigrator();
      const flags = command === "uninstall" ? ["--yes"] : [];
      const result = await integratedb([command, ...flags], { DATABASE_URL: url });
      expectFailure(result, 3, "IDB1004");
      expect(result.stderr).toMatch(
        /^IDB1004 The engine is installed, but migrator_\d+ may not .+\.\n {2}do: +Connect as postgres, the owner of the schema integratedb/,
      );
      await shop.close();
    },
  );

  test("doctor names the owner to an operator", async () => {
    const { shop, migrator, url } = await withMigrator();
    await shop.query("SELECT integratedb.put_operator($1, 'checkout*')", [migrator]);
    const result = await integratedb(["doctor"], { DATABASE_URL: url });
    expectFailure(result, 3, "IDB1004");
    expect(result.stderr).toContain("Connect as postgres, the owner of the schema integratedb");
    await shop.close();
  });

  test("validate and unmet serve the role that migrates, which has no right on the engine", async () => {
    const { shop, url } = await withMigrator();
    for (const command of ["validate", "unmet"]) {
      const met = await integratedb([command], { DATABASE_URL: url });
      expect(met).toEqual({ exit: 0, stdout: "Every claim is met.\n", stderr: "" });
    }
    await shop.query("ALTER TABLE orders DROP COLUMN status");
    for (const command of ["validate", "unmet"]) {
      const { exit, stdout } = await integratedb([command], { DATABASE_URL: url });
      expect([exit, stdout]).toEqual([1, expect.stringContaining(shop.reporter)]);
    }
    await shop.close();
  });

  /** A shop, and the connection of a role that is neither owner nor operator of its engine. */
  async function withMigrator(): Promise<{ shop: Shop; migrator: string; url: string }> {
    const shop = await Shop.withReporter(postgres);
    const migrator = shop.reporter.replace("reporter", "migrator");
    await shop.query(`CREATE ROLE ${migrator} LOGIN PASSWORD '${migrator}'`);
    return { shop, migrator, url: as(shop.url, migrator) };
  }

  test("a session that the server ends in the middle exits 3, and nothing is changed", async () => {
    const shop = await Shop.withReporter(postgres);
    await shop.query(`REVOKE SELECT ON orders FROM ${shop.reporter}`);
    await shop.query("BEGIN; SELECT integratedb.lock_registry()");
    const running = shop.run("sync");
    await endSession(shop);
    expectFailure(await running, 3, "IDB1106");
    await shop.query("COMMIT");
    expect((await shop.run("doctor")).exit).toBe(1);
    await shop.close();
  });

  test("a server that stops in the middle exits 3, without a trace of the code", async () => {
    const other = await startPostgres(18);
    const shop = await Shop.withReporter(other);
    await shop.query("BEGIN; SELECT integratedb.lock_registry()");
    const running = integratedbProcess(["sync"], { DATABASE_URL: shop.url });
    await waitingSession(shop);
    await other.stop();
    expectFailure(await running, 3, "IDB1106");
  });

  async function asAdmin(url: string, text: string): Promise<void> {
    const { default: pg } = await import("pg");
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(text);
    await client.end();
  }
});

test("a server that is too old exits 4", () => {
  expect(exitCodeOf(new IntegrateDbError("IDB1001", "too old"))).toBe(4);
});

function expectFailure(result: Result, exit: number, code: string): void {
  expect(result.stderr).toMatch(new RegExp(`^${code} .+\\n(.*\\n)*  do: `));
  expect(result.exit).toBe(exit);
  expect(result.stdout).toBe("");
  expect(result.stderr).not.toContain(secret);
  expect(result.stderr).not.toMatch(/\n\s+at /);
}

function readOnly(url: string): string {
  return `${url}?options=${encodeURIComponent("-c default_transaction_read_only=on")}`;
}

/** The same database as a role whose password is its name. */
function as(url: string, role: string): string {
  const other = new URL(url);
  other.username = role;
  other.password = role;
  return other.href;
}

/** Not from pg_stat_activity, which looks the same until the end of the test's own transaction. */
async function waitingSession(shop: Shop): Promise<unknown> {
  for (;;) {
    const rows = await shop.query(
      "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
    );
    if (rows[0] !== undefined) return rows[0]["pid"];
    await sleep(20);
  }
}

async function endSession(shop: Shop): Promise<void> {
  await shop.query("SELECT pg_terminate_backend($1)", [await waitingSession(shop)]);
}
