import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { closePools } from "../../provider/runtime/connection.ts";
import { vaultDatabaseRole } from "../../provider/runtime/v1/index.ts";
import { freePort } from "../free-port.ts";
import { postgresVersions } from "../postgres.ts";
import { useServer } from "../servers/use-server.ts";
import { connectionTo, leaseBench, session } from "./lease-bench.ts";

type Inputs = Parameters<typeof vaultDatabaseRole.create>[0];

afterAll(closePools);

describe.each(postgresVersions())("leases on Postgres %i", (version) => {
  const bench = useServer(() => leaseBench(version));

  beforeEach(() => {
    vi.stubEnv("VAULT_ADDR", bench().vault.url);
    vi.stubEnv("VAULT_TOKEN", bench().vault.token);
    return () => vi.unstubAllEnvs();
  });

  const inputs = (changes: object = {}): Inputs => ({
    connection: bench().shop.url,
    stakeholder: "reporter",
    name: "reporter",
    mount: "database",
    vaultConnection: "shop",
    defaultTtl: "1h",
    maxTtl: "24h",
    ...changes,
  });
  const roles = async () =>
    (await bench().shop.sql("select rolname from pg_roles where rolname like 'v-%'")).length;

  afterEach(async () => {
    await vaultDatabaseRole.delete("id", inputs());
    expect(await roles()).toBe(0);
  });

  test("a lease reads what the stakeholder claims and nothing else, its own schema first", async () => {
    await vaultDatabaseRole.create(inputs());
    const url = bench().urlOf(await bench().lease("reporter"));
    const { shop } = bench();
    expect(await shop.sqlAs(url, "select status from orders")).toEqual([{ status: "open" }]);
    await expect(shop.sqlAs(url, "select total from orders")).rejects.toThrow("permission denied");
    expect(await shop.sqlAs(url, "select current_schema() as name")).toEqual([
      { name: "reporter" },
    ]);
  });

  test("a claim that changes changes what leases read, at once", async () => {
    await vaultDatabaseRole.create(inputs());
    const url = bench().urlOf(await bench().lease("reporter"));
    const put = (fields: string) =>
      bench().shop.sql(
        `select integratedb.put_claim('reporter', 'orders', '{"match": [{"path": "public.orders", "fields": ${fields}}]}')`,
      );
    await put('["id", "status", "total"]');
    await bench().shop.sqlAs(url, "select total from orders");
    await put('["id", "status"]');
    await expect(bench().shop.sqlAs(url, "select total from orders")).rejects.toThrow("denied");
  });

  test("a revocation ends the sessions, drops the login, and leaves what it made to the stakeholder", async () => {
    await vaultDatabaseRole.create(inputs());
    const lease = await bench().lease("reporter");
    const other = await bench().lease("reporter");
    const open = await session(bench().urlOf(lease));
    await open.client.query("create table notes (id int); insert into notes values (1)");
    await bench().shop.sqlAs(bench().urlOf(other), "insert into notes values (2)");
    await bench().revoke(lease);
    await open.ended;
    await expect(session(bench().urlOf(lease))).rejects.toThrow("authentication failed");
    expect(await roles()).toBe(1);
    const owner = "select tableowner from pg_tables where tablename = 'notes'";
    expect(await bench().shop.sql(owner)).toEqual([{ tableowner: "reporter" }]);
    expect(await bench().shop.sqlAs(bench().urlOf(other), "select id from notes")).toHaveLength(2);
    await bench().shop.sql("drop table reporter.notes");
  });

  test("a lease that nobody renews is gone at its end", async () => {
    await vaultDatabaseRole.create(inputs({ defaultTtl: "2s", maxTtl: "4s" }));
    const open = await session(bench().urlOf(await bench().lease("reporter")));
    await open.ended;
    await expect.poll(roles, { timeout: 30_000 }).toBe(0);
  });

  test("a renewal lets the login live on", async () => {
    await vaultDatabaseRole.create(inputs());
    const lease = await bench().lease("reporter");
    const until = async () =>
      (
        await bench().shop.sql("select rolvaliduntil as t from pg_roles where rolname = $1", [
          lease.username,
        ])
      )[0]?.["t"] as Date;
    const before = await until();
    await bench().vault.api("PUT", "sys/leases/renew", { lease_id: lease.id, increment: 7200 });
    expect((await until()).getTime()).toBeGreaterThan(before.getTime() + 3_000_000);
  });

  test("a login that cannot be dropped is closed and loses its rights", async () => {
    await vaultDatabaseRole.create(inputs());
    const lease = await bench().lease("reporter");
    const { shop, postgres } = bench();
    const elsewhere = await postgres.createDatabase();
    await shop.sqlAs(elsewhere, `create schema kept authorization "${lease.username}"`);
    await bench().revoke(lease);
    const rows = await shop.sql(
      `select rolcanlogin as opens, pg_has_role(oid, 'reporter', 'MEMBER') as reads
       from pg_roles where rolname = $1`,
      [lease.username],
    );
    await shop.sqlAs(elsewhere, "drop schema kept");
    await shop.sql(`drop role "${lease.username}"`);
    expect(rows).toEqual([{ opens: false, reads: false }]);
  });

  test("a refresh finds what was changed, and an up repairs it", async () => {
    const { outs } = await vaultDatabaseRole.create(inputs());
    expect((await vaultDatabaseRole.read("id", outs as Inputs)).props).not.toHaveProperty("drift");
    await bench().vault.api("POST", "database/roles/reporter", {
      db_name: "shop",
      creation_statements: ["SELECT 1"],
    });
    const { props } = await vaultDatabaseRole.read("id", outs as Inputs);
    expect(props?.["drift"]).toContain("creation_statements was changed");
    expect((await vaultDatabaseRole.diff("id", props as Inputs, inputs())).changes).toBe(true);
    const { outs: updated } = await vaultDatabaseRole.update("id", props as Inputs, inputs());
    expect((await vaultDatabaseRole.read("id", updated as Inputs)).props).not.toHaveProperty(
      "drift",
    );
    await bench().vault.api("DELETE", "database/roles/reporter");
    expect(await vaultDatabaseRole.read("id", updated as Inputs)).toEqual({ id: "" });
  });

  test("a role of somebody else is refused and left alone, unless it is adopted", async () => {
    const theirs = { db_name: "shop", creation_statements: ["SELECT 1"] };
    await bench().vault.api("POST", "database/roles/reporter", theirs);
    await expect(vaultDatabaseRole.create(inputs())).rejects.toThrow(
      "IDB1507 Vault, entry database/roles/reporter",
    );
    const { data } = await bench().vault.api<{ data: object }>("GET", "database/roles/reporter");
    expect(data).toMatchObject(theirs);
    await vaultDatabaseRole.create(inputs({ adopt: true }));
    await vaultDatabaseRole.create(inputs());
    await bench().lease("reporter");
  });

  const lacks: [what: string, take: string, statement: RegExp][] = [
    ["CREATEROLE", "alter role vault nocreaterole", /ALTER ROLE vault CREATEROLE;/],
    ["the stakeholder's role", "revoke reporter from vault", /GRANT reporter TO vault WITH ADMIN/],
  ];
  test.each(lacks)(
    "an engine without %s is refused, with the statement that mends it",
    async (_, take, statement) => {
      await bench().shop.sql(take);
      const refused: Error = await vaultDatabaseRole.create(inputs()).catch((error) => error);
      const mending = statement.exec(refused.message);
      await bench().shop.sql(
        "alter role vault createrole; grant reporter to vault with admin option",
      );
      expect(refused.message).toMatch(
        /^IDB1511 Vault's database engine lacks a right: its login vault/,
      );
      expect(mending, refused.message).not.toBeNull();
      await expect(bench().vault.api("GET", "database/roles/reporter")).rejects.toThrow("404");
    },
  );

  const connections: [what: string, changes: object, problem: RegExp][] = [
    [
      "that allows other roles",
      { allowed_roles: "other,rep" },
      /does not allow the role reporter.* allowed_roles="other,rep,reporter"/,
    ],
    [
      "that sends passwords in the clear",
      { password_authentication: "password" },
      /password_authentication=scram-sha-256/,
    ],
    [
      "to another database",
      { connection_url: "postgresql://{{username}}:{{password}}@127.0.0.1:5/postgres" },
      /leads to the database postgres/,
    ],
    [
      "of another server's login",
      { username: "nobody", verify_connection: false },
      /knows no role nobody/,
    ],
  ];
  test.each(connections)(
    "a connection %s is refused, with the command that mends it",
    async (_, changes, problem) => {
      const { vault, postgres, shop } = bench();
      const config = connectionTo(postgres, shop.name, { verify_connection: false, ...changes });
      await vault.api("POST", "database/config/other", config);
      const refused: Error = await vaultDatabaseRole
        .create(inputs({ vaultConnection: "other" }))
        .catch((error) => error);
      expect(refused.message).toMatch(/^IDB151[12] /);
      expect(refused.message.replaceAll("\n", " ")).toMatch(problem);
      await expect(vault.api("GET", "database/roles/reporter")).rejects.toThrow("404");
    },
  );

  test("the password of a lease is nowhere in the server's log", async () => {
    await vaultDatabaseRole.create(inputs());
    const lease = await bench().lease("reporter");
    await bench().shop.sqlAs(bench().urlOf(lease), "select id from orders");
    const log = await readFile(bench().postgres.logFile, "utf8");
    expect(log).toContain(lease.username);
    expect(log).not.toContain(lease.password);
  });

  test("an engine that is not there, without a token, or down is said with its code", async () => {
    const refusal = (changes: object) => expect(vaultDatabaseRole.create(inputs(changes))).rejects;
    await refusal({ vaultConnection: "nowhere" }).toThrow(
      "IDB1512 Vault has no connection database/config/nowhere",
    );
    await refusal({ address: `http://127.0.0.1:${await freePort()}` }).toThrow(
      "IDB1504 Vault, entry database/roles/reporter",
    );
    vi.stubEnv("VAULT_TOKEN", "not-a-token");
    await refusal({}).toThrow("IDB1502 Vault, entry database/roles/reporter");
    vi.stubEnv("VAULT_TOKEN", bench().vault.token);
  });
});

test.each([
  [{ name: "a/b" }, "name"],
  [{ name: "-" }, "name"],
  [{ mount: "/database" }, "mount"],
  [{ defaultTtl: "1 hour" }, "defaultTtl"],
  [{ defaultTtl: "2h", maxTtl: "1h" }, "defaultTtl"],
])("the inputs %j are refused in preview", async (changes, property) => {
  const { failures } = await vaultDatabaseRole.check(undefined, {
    ...{ connection: "postgres://localhost/shop", stakeholder: "reporter", name: "reporter" },
    ...{ mount: "database", vaultConnection: "shop", defaultTtl: "1h", maxTtl: "24h" },
    ...changes,
  });
  expect(failures).toEqual([{ property, reason: expect.stringMatching(/^IDB1201 /) }]);
});
