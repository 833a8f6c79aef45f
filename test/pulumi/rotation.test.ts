import { setTimeout as wait } from "node:timers/promises";
import { secret } from "@pulumi/pulumi";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Postgres, startPostgres } from "../postgres.ts";
import { useServer } from "../servers/use-server.ts";
import { startVault } from "../servers/vault.ts";
import { type PackedProject, packedProject } from "./packed-project.ts";
import { type Shop, withShop } from "./shop.ts";
import { type Outcome, type TestStack, testStack } from "./stack.ts";

const vault = useServer(startVault);

let postgres: Postgres;
let project: PackedProject;
let shop: Shop;
let stack: TestStack;

beforeAll(async () => {
  [postgres, project] = await Promise.all([startPostgres(18), packedProject()]);
  shop = await withShop(postgres);
  await vault().api("POST", "sys/mounts/second", { type: "kv", options: { version: "2" } });
  const environment = { VAULT_ADDR: vault().url, VAULT_TOKEN: vault().token };
  stack = await testStack(project, "rotation", environment);
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), project?.remove()]);
});

const mounts = ["secret", "second"] as const;

/** A program that puts the credentials of an application into two stores. */
function declare(rotation: number): void {
  stack.program = async () => {
    const { Claim, Database, Stakeholder, VaultSecret } = project.integratedb;
    const database = new Database("shop", { connection: secret(shop.url) });
    const stakeholder = new Stakeholder("reporter", { database, rotation });
    new Claim("orders", { stakeholder, match: [{ path: "public.orders", fields: ["id"] }] });
    for (const mount of mounts) {
      new VaultSecret(`reporter-${mount}`, { stakeholder, name: "reporter", mount });
    }
    return { username: stakeholder.username, password: stakeholder.password };
  };
}

const passwords = new Set<string>();

async function up(rotation: number): Promise<Outcome> {
  declare(rotation);
  const outcome = await stack.up();
  const { password } = outcome.outputs;
  if (typeof password === "string") passwords.add(password);
  return outcome;
}

/** An application that reads its store, connects with what it finds, and does so again and again. */
class Application {
  readonly logins = new Map<string, number>();
  readonly refusals: string[] = [];
  readonly #mount: string;
  #content: Record<string, string> | undefined;
  #ends = false;
  readonly #running: Promise<void>;

  constructor(mount: string) {
    this.#mount = mount;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#ends = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#ends) {
      await this.#connect();
      await wait(20);
    }
  }

  async #connect(): Promise<void> {
    const read = vault().api<{ data: { data: Record<string, string> } }>(
      "GET",
      `${this.#mount}/data/reporter`,
    );
    // While the store is down, it keeps to what it has.
    this.#content = await read.then(({ data }) => data.data).catch(() => this.#content);
    const { username = "", password = "" } = this.#content ?? {};
    const client = new pg.Client(postgres.url(shop.name, username, password));
    // A server that ends the connection says so by an event as well.
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("select id from orders");
      this.logins.set(username, (this.logins.get(username) ?? 0) + 1);
    } catch (error) {
      this.refusals.push(String(error));
    } finally {
      await client.end();
    }
  }
}

describe("an application that reads its store and connects", () => {
  let applications: Application[] = [];

  beforeAll(async () => {
    const first = await up(1);
    expect(first.ok, first.output).toBe(true);
    applications = mounts.map((mount) => new Application(mount));
  });
  const stopped = () => Promise.all(applications.map((application) => application.stop()));
  afterAll(stopped);

  test("is never refused during ten rotations, of which one fails half way", async () => {
    for (const rotation of [2, 3, 4, 5]) {
      const outcome = await up(rotation);
      expect(outcome.ok, outcome.output).toBe(true);
    }
    await vault().api("POST", "sys/remount", { from: "second", to: "elsewhere" });
    const failed = await up(6);
    expect(failed.ok).toBe(false);
    expect(failed.output.replaceAll(/\s+/g, " ")).toMatch(/IDB15\d\d Vault, entry reporter/);
    expect((await up(7)).ok).toBe(false);
    await vault().api("POST", "sys/remount", { from: "elsewhere", to: "second" });

    const finished = await up(7);
    expect(finished.ok, finished.output).toBe(true);
    const preview = await stack.preview();
    expect(preview.output).toMatch(/rotationDue *:.*=> "to \\?"7\\?""/);
    for (const rotation of [7, 8, 9, 10, 11]) {
      const outcome = await up(rotation);
      expect(outcome.ok, outcome.output).toBe(true);
    }
    await stopped();
    expect(passwords.size).toBe(11);
    for (const { logins, refusals } of applications) {
      expect(refusals).toEqual([]);
      expect([...logins.keys()].sort()).toEqual(["reporter_a", "reporter_b"]);
    }
  }, 900_000);

  test("has no password in the state of the stack, nor the admin's", async () => {
    const kept = await stack.exportText();
    for (const value of [...passwords, postgres.password]) expect(kept).not.toContain(value);
  });

  test("is served with new credentials after a revocation and an up", async () => {
    await shop.sql("select integratedb.revoke_logins('reporter')");
    const preview = await stack.preview();
    expect(preview.output).toMatch(/rotationDue *:.*"the logins were revoked"/);
    const repaired = await up(11);
    expect(repaired.ok, repaired.output).toBe(true);
    const again = new Application("second");
    await expect.poll(() => again.logins.size, { timeout: 60_000 }).toBe(1);
    await again.stop();
    expect(again.refusals).toEqual([]);
  });

  test("has no delivery, and no login, once the stack is destroyed", async () => {
    const destroy = await stack.destroy();
    expect(destroy.ok, destroy.output).toBe(true);
    expect(await shop.sql("select from pg_roles where rolname like 'reporter%'")).toEqual([]);
  });
});
