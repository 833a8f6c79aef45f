import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scramVerifier } from "../../provider/runtime/scram.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { document } from "./command-line.ts";
import { Shop } from "./shop.ts";

let postgres: Postgres;
let shop: Shop;

beforeAll(async () => {
  postgres = await startPostgres(18);
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  shop = await Shop.withReporter(postgres);
  await rotate("first");
});
afterEach(() => shop.close());

async function rotate(password: string): Promise<void> {
  const text = "SELECT integratedb.rotate_login($1, $2)";
  await shop.query(text, [shop.reporter, await scramVerifier(password)]);
}

async function deliver(version: number): Promise<void> {
  const text = "SELECT integratedb.put_delivery($1, 'Vault', 'apps/reporter', $2)";
  await shop.query(text, [shop.reporter, version]);
}

function age(days: number): Promise<unknown> {
  const text = "UPDATE integratedb.login SET rotated_at = now() - make_interval(days => $1)";
  return shop.query(text, [days]);
}

async function session(login: string, password: string): Promise<{ ended: Promise<unknown> }> {
  const { pathname } = new URL(shop.url);
  const client = new pg.Client(postgres.url(pathname.slice(1), login, password));
  await client.connect();
  return { ended: new Promise((resolve) => client.on("error", resolve)) };
}

describe("revoke", () => {
  test("closes both logins and ends their sessions", async () => {
    await rotate("second");
    const [one, other] = [`${shop.reporter}_a`, `${shop.reporter}_b`];
    const open = [await session(one, "first"), await session(other, "second")];
    const result = await shop.run("revoke", shop.reporter, "--json");
    expect(document(result)).toEqual({
      stakeholder: shop.reporter,
      logins: [one, other],
      sessions: 2,
    });
    await Promise.all(open.map(({ ended }) => ended));
    await expect(session(other, "second")).rejects.toThrow();
  });

  test("is seen by doctor and status until there are new credentials", async () => {
    expect((await shop.run("revoke", shop.reporter)).stdout).toContain("Run `pulumi up`");
    const { exit, stdout } = await shop.run("doctor");
    expect(exit).toBe(1);
    expect(stdout).toContain("its logins were revoked, and no application can connect as it");
    expect((await shop.run("status")).stdout).toMatch(/ revoked$/m);
    await rotate("second");
    expect((await shop.run("doctor")).exit).toBe(0);
    await session(`${shop.reporter}_b`, "second");
  });

  test("of a stakeholder that there is not fails with its code", async () => {
    const { exit, stderr } = await shop.run("revoke", "nobody");
    expect(exit).toBe(5);
    expect(stderr).toContain("IDB2006");
  });
});

describe("credentials", () => {
  test("are shown by status with their age, their login and what a rotation waits for", async () => {
    await deliver(1);
    await age(12);
    await rotate("second");
    const { credentials } = document(await shop.run("status", "--json")) as {
      credentials: unknown;
    };
    expect(credentials).toEqual([
      {
        stakeholder: shop.reporter,
        login: `${shop.reporter}_a`,
        days: 12,
        next: `${shop.reporter}_b`,
        waitsFor: ["Vault apps/reporter"],
        closed: null,
      },
    ]);
    const { stdout } = await shop.run("status");
    expect(stdout).toMatch(/_a +12 days +reporter_\d+_b next, waits for Vault apps\/reporter$/m);
  });

  test("that are old are a warning of doctor, older than the program says or than 90 days", async () => {
    await age(89);
    expect((await shop.run("doctor")).stdout).toBe("The database is as its claims say.\n");
    await age(91);
    const { exit, stdout } = await shop.run("doctor");
    expect(exit).toBe(0);
    expect(stdout).toContain("warning");
    expect(stdout).toContain("its credentials are 91 days old");
    await shop.query(`UPDATE integratedb.login SET rotation = '{"every": "100d"}'`);
    expect((await shop.run("doctor")).stdout).not.toContain("days old");
  });

  test("that have not reached a store for long are a warning of doctor, with what lets them go on", async () => {
    await deliver(1);
    await rotate("second");
    expect((await shop.run("doctor")).stdout).not.toContain("waits for");
    await age(1);
    const { stdout } = await shop.run("doctor");
    expect(stdout).toMatch(/_b waits for Vault apps\/reporter since /);
    const statement = /SELECT integratedb\.delete_delivery\(.*\);/.exec(stdout)?.[0] ?? "";
    await shop.query(statement);
    expect((await shop.run("doctor")).stdout).not.toContain("waits for");
  });

  test("that retired are no fault", async () => {
    await shop.query("SELECT integratedb.put_stakeholder($1, $2)", [
      shop.reporter,
      { retire: true },
    ]);
    await rotate("second");
    await shop.query("SELECT integratedb.retire_login($1, 2)", [shop.reporter]);
    expect(await shop.run("doctor")).toMatchObject({
      exit: 0,
      stdout: "The database is as its claims say.\n",
    });
  });
});
