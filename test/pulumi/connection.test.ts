import { chmod, chown, copyFile, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  closePools,
  connectionFromEnvironment,
  describeConnection,
  parseConnection,
  readOnly,
  transaction,
  withClient,
} from "../../provider/runtime/connection.ts";
import { type Postgres, startPostgres } from "../postgres.ts";

let postgres: Postgres;
const certificates = fileURLToPath(new URL("certificates", import.meta.url));

beforeAll(async () => {
  postgres = await startPostgres(18);
});
afterAll(async () => {
  await closePools();
  await postgres.stop();
});

const selectOne = (client: pg.ClientBase) => client.query("select 1");

describe("a connection", () => {
  test("is read from a URL", () => {
    const url = "postgres://ad%40min:p%2Fw@[::1]:6543/my%20shop?sslmode=verify-full&schema=public";
    expect(parseConnection(url, {})).toEqual({
      host: "::1",
      port: 6543,
      user: "ad@min",
      password: "p/w",
      database: "my shop",
      sslmode: "verify-full",
    });
    const socket = "postgresql:///shop?host=/run/postgresql&user=admin&connect_timeout=3";
    expect(parseConnection(socket, {})).toMatchObject({
      host: "/run/postgresql",
      user: "admin",
      database: "shop",
      connectTimeout: 3,
    });
  });

  test("is read from its parts, and lacks nothing that libpq would find", () => {
    const environment = { PGUSER: "ada" };
    expect(parseConnection({ host: "db", port: "5433" }, environment)).toEqual({
      host: "db",
      port: 5433,
      user: "ada",
      database: "ada",
    });
  });

  test("of a command is its URL, DATABASE_URL or the PG variables, in this order", () => {
    const DATABASE_URL = "postgresql://two/db";
    const environment = { DATABASE_URL, PGHOST: "three", PGPORT: "1", PGSSLMODE: "require" };
    const hostOf = (url: string | undefined, variables: NodeJS.ProcessEnv) =>
      connectionFromEnvironment(url, variables)?.host;
    expect(hostOf("postgresql://one/db", environment)).toBe("one");
    expect(hostOf(undefined, environment)).toBe("two");
    const { DATABASE_URL: _, ...variables } = environment;
    expect(connectionFromEnvironment(undefined, variables)).toMatchObject({
      host: "three",
      port: 1,
      sslmode: "require",
    });
    expect(connectionFromEnvironment(undefined, {})).toBeUndefined();
  });

  test("is named without its password", () => {
    const connection = parseConnection("postgresql://admin:secret@db/shop", {});
    expect(describeConnection(connection)).toBe("admin@db:5432/shop");
  });

  test.each([
    ["mysql://a:secret@b/c", "does not start with postgresql://"],
    ["postgresql://a:sec#ret@b:port/c", "cannot be read as a URL"],
    ["postgresql://a:1234/secret@b/c", "a / ? or # before the last @"],
    ["postgresql://a:1234?secret@b/c", "a / ? or # before the last @"],
    ["postgresql://a:1234#secret@b/c", "a / ? or # before the last @"],
    ["postgresql://a:12@34/secret@b/c", "a / ? or # before the last @"],
    ["postgresql://a:secret%@b/c", "starts no percent-encoded character"],
    ["postgresql://a:secret@b/c?sslmode=secret", "connection.sslmode: Invalid option"],
    ["postgresql://a:secret@b/c?sslrootcert=/no/such/file", "sslrootcert names a file"],
    ["secret", "cannot be read as a URL"],
    [{ host: "db", port: 70_000 }, "connection.port: Too big"],
    [{ host: "db", passwort: "secret" }, 'Unrecognized key: "passwort"'],
    [{ host: "db", ssl: "secret" }, "connection.ssl: expected true, false or an object"],
    [null, "expected object, received null"],
  ])("that is malformed is refused without repeating it: %j", (input, problem) => {
    let message = "";
    try {
      parseConnection(input, {});
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain("IDB1101 The connection is malformed: ");
    expect(message).toContain(problem);
    expect(message.replaceAll("=secret", "")).not.toMatch(/secret|12/);
  });
});

describe("a connection that fails", () => {
  test.each([
    ["a wrong password", (p: Postgres) => p.url("postgres", "postgres", "wrong"), "IDB1103"],
    ["an unknown user", (p: Postgres) => p.url("postgres", "nobody", "wrong"), "IDB1103"],
    ["an unknown database", (p: Postgres) => p.url("nowhere"), "IDB1104"],
    ["a closed port", () => "postgresql://postgres:x@127.0.0.1:1/postgres", "IDB1102"],
    ["an unknown host", () => "postgresql://postgres:x@nowhere.invalid/postgres", "IDB1102"],
    ["a missing socket", () => "postgresql:///postgres?host=/nowhere&user=x", "IDB1102"],
    ["TLS that is not there", (p: Postgres) => `${p.adminUrl}?sslmode=require`, "IDB1105"],
  ])("for %s says so with its code", async (_, urlOf, code) => {
    const connecting = withClient(parseConnection(urlOf(postgres)), selectOne);
    await expect(connecting).rejects.toMatchObject({ code, name: "IntegrateDbError" });
    await expect(connecting).rejects.not.toThrow("wrong");
  });

  test("in the middle says that it is safe to run again, and the next one works", async () => {
    const connection = parseConnection(postgres.adminUrl);
    const lost = transaction(connection, (client) =>
      client.query("select pg_terminate_backend(pg_backend_pid())"),
    );
    await expect(lost).rejects.toMatchObject({ code: "IDB1106" });
    await expect(withClient(connection, selectOne)).resolves.toBeDefined();
  });

  test("because the server is full is tried again", async () => {
    await withClient(parseConnection(postgres.adminUrl), (client) =>
      client.query("create role narrow login password 'narrow' connection limit 1"),
    );
    const url = postgres.url("postgres", "narrow", "narrow");
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    const waiting = withClient(parseConnection(url), selectOne);
    await other.query("select pg_sleep(0.3)");
    await other.end();
    await expect(waiting).resolves.toBeDefined();
  });

  test("for want of a right says which", async () => {
    await withClient(parseConnection(postgres.adminUrl), (client) =>
      client.query("create role nobody_special login password 'x'"),
    );
    const connection = parseConnection(postgres.url("postgres", "nobody_special", "x"));
    const refused = withClient(connection, (client) => client.query("create schema mine"));
    await expect(refused).rejects.toMatchObject({
      code: "IDB1004",
      message: expect.stringContaining("permission denied for database postgres"),
    });
  });
});

describe("the connections of a process", () => {
  test("to one database are four at most", async () => {
    const connection = parseConnection(await postgres.createDatabase());
    const backends = await Promise.all(
      Array.from({ length: 40 }, () =>
        withClient(connection, async (client) => {
          const { rows } = await client.query("select pg_backend_pid() as pid, pg_sleep(0.01)");
          return rows[0]?.pid;
        }),
      ),
    );
    expect(new Set(backends).size).toBeLessThanOrEqual(4);
  });

  test("keep nothing in their session that a pooler would hand to somebody else", async () => {
    const connection = parseConnection(await postgres.createDatabase());
    await transaction(connection, (client) => client.query("select $1::int", [1]));
    await readOnly(connection, (client) => client.query("select $1::int", [1]));
    const left = await withClient(connection, (client) =>
      client.query(`select name from pg_settings where source = 'session'
        union all select name from pg_prepared_statements
        union all select objid::text from pg_locks where locktype = 'advisory'`),
    );
    expect(left.rows).toEqual([]);
  });
});

describe("a transaction", () => {
  test("is run again after a conflict", async () => {
    const connection = parseConnection(await postgres.createDatabase());
    let runs = 0;
    const result = await transaction(connection, async (client) => {
      runs += 1;
      if (runs < 3) await client.query("do $$ begin raise sqlstate '40001'; end $$");
      return "done";
    });
    expect([result, runs]).toEqual(["done", 3]);
  });

  test("survives grants on one table from many sides at once", async () => {
    const connection = parseConnection(await postgres.createDatabase());
    const rival = parseConnection({ ...connection, connectTimeout: 20 });
    await withClient(connection, (client) => client.query("create table t (a int)"));
    const grants = Array.from({ length: 40 }, (_, index) =>
      transaction(index % 2 ? connection : rival, async (client) => {
        const verb = index % 3 ? "grant select on t to" : "revoke select on t from";
        await client.query(`${verb} pg_monitor`);
      }),
    );
    await expect(Promise.all(grants)).resolves.toHaveLength(40);
  });

  test("that only reads is refused every write", async () => {
    const connection = parseConnection(postgres.adminUrl);
    const writing = readOnly(connection, (client) => client.query("create table written ()"));
    await expect(writing).rejects.toMatchObject({ code: "IDB1002" });
  });
});

describe("TLS", () => {
  let secured: Postgres;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "certificates-"));
    await chmod(folder, 0o755);
    const { uid, gid } = await stat(join(dirname(postgres.logFile), "data"));
    for (const name of ["server.pem", "server.key"]) {
      await copyFile(join(certificates, name), join(folder, name));
      await chown(join(folder, name), uid, gid);
      await chmod(join(folder, name), 0o600);
    }
    const settings = {
      ssl: "on",
      ssl_cert_file: join(folder, "server.pem"),
      ssl_key_file: join(folder, "server.key"),
    };
    secured = await startPostgres(18, { settings });
  });
  afterAll(async () => {
    await secured.stop();
    await rm(folder, { recursive: true });
  });

  async function isEncrypted(changes: object): Promise<unknown> {
    const connection = { ...parseConnection(secured.adminUrl), ...changes };
    const { rows } = await withClient(parseConnection(connection), (client) =>
      client.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()"),
    );
    return rows[0]?.ssl;
  }

  test("is used where the server has it, and required where that is stated", async () => {
    expect(await isEncrypted({})).toBe(true);
    expect(await isEncrypted({ sslmode: "disable" })).toBe(false);
    expect(await isEncrypted({ sslmode: "require" })).toBe(true);
  });

  test("trusts what the authority signed, for the name that it was signed for", async () => {
    const ca = await readFile(join(certificates, "authority.pem"), "utf8");
    expect(await isEncrypted({ ssl: { ca, servername: "db.test" } })).toBe(true);
    expect(await isEncrypted({ sslmode: "verify-ca", ssl: { ca } })).toBe(true);
    expect(await isEncrypted({ ssl: { rejectUnauthorized: false } })).toBe(true);
    const refused = [
      { ssl: true },
      { ssl: { ca } },
      { sslmode: "verify-full", ssl: { ca, servername: "other.test" } },
      { sslmode: "verify-ca" },
    ];
    for (const changes of refused) {
      await expect(isEncrypted(changes), JSON.stringify(changes)).rejects.toMatchObject({
        code: "IDB1105",
      });
    }
  });
});
